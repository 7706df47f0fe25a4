// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// The authorization response on its way back to the relying party.
struct CallbackAnswer {
    let visit: OPVisit
    let redirectURI: String
    let state: String?

    func success(
        _ code: String, _ mode: AuthorizationRequest.ResponseMode, _ fault: OPFault?, further: [Parameter] = []
    ) -> Response {
        var parameters = [Parameter("code", code)] + common + further
        if let fault { FaultyCallback(fault: fault, otherIssuer: visit.otherIssuer).spoil(&parameters) }
        return send(parameters, mode)
    }

    func failure(_ error: String, _ mode: AuthorizationRequest.ResponseMode) -> Response {
        send([Parameter("error", error)] + common, mode)
    }

    /// `state`, and `iss` (RFC 9207 2) in errors too.
    private var common: [Parameter] {
        let state = state.map { [Parameter("state", $0)] } ?? []
        return state + (visit.tenant.definition.sendsIssuer ? [Parameter("iss", visit.issuer)] : [])
    }

    private func send(_ parameters: [Parameter], _ mode: AuthorizationRequest.ResponseMode) -> Response {
        switch mode {
        case .query:
            let separator = redirectURI.contains("?") ? "&" : "?"
            return Answer.seeOther(redirectURI + separator + parameters.map(\.encoded).joined(separator: "&"))
        case .formPost:
            return Answer.html(FormPostPage(brand: visit.brand, action: redirectURI, parameters: parameters).html())
        }
    }
}
