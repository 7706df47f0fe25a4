// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import JOSE

/// RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0).
struct EndSessionRoute {
    let visit: OPVisit

    func respond() -> Response {
        visit.tenant.count("end-session")
        let parameters = visit.parameters
        if let refusal = refusal(parameters) { return refusal }
        if let handle = visit.sessionHandle { visit.tenant.endSession(handle) }
        // A form on another site brings no Lax cookie: the hint names the session.
        if let sid = hint(parameters)?.string("sid") { visit.tenant.endSessions(sid: sid) }
        var answer = goOn(parameters)
        answer.headers[.setCookie] = visit.cookie(nil)
        return answer
    }

    /// Back to a registered address of the client that the hint or the id names; otherwise a page.
    private func goOn(_ parameters: Parameters) -> Response {
        guard let target = parameters[returnParameter] else {
            let text = "You can close this window."
            return Answer.html(MessagePage(brand: visit.brand, title: "You are signed out", text: text).html())
        }
        guard let client = client(parameters), client.postLogoutRedirectURIs.contains(where: target.hasSameBytes) else {
            let text = "You are signed out, but the application gave an address to return to that is not registered."
            return Answer.html(
                MessagePage(brand: visit.brand, title: "You are signed out", text: text).html(), .badRequest)
        }
        guard visit.profile?.logout.takesState ?? true else { return Answer.found(target) }
        let state = parameters["state"].map { [Parameter("state", $0).encoded] } ?? []
        let separator = target.contains("?") ? "&" : "?"
        return Answer.seeOther(([target] + state).joined(separator: separator))
    }

    /// The claims of the hint, which may have expired (section 2), but its signature must be ours.
    private var returnParameter: String {
        if case .parameter(let name)? = visit.profile?.logout { return name }
        return "post_logout_redirect_uri"
    }

    /// What a vendor does not take.
    private func refusal(_ parameters: Parameters) -> Response? {
        switch visit.profile?.logout {
        case .needsHint? where hint(parameters) == nil:
            APIAnswer(
                400,
                [
                    "errorCode": "invalid_request",
                    "errorSummary": "The 'id_token_hint' parameter is missing or invalid.",
                ]
            ).response
        case .parameter? where visit.method != .get || parameters["client_id"].flatMap(visit.tenant.client) == nil:
            APIAnswer(400, ["error": "invalid_request"]).response
        case nil, .standard?, .needsHint?, .parameter?: nil
        }
    }

    private func hint(_ parameters: Parameters) -> JSONObject? {
        guard let hint = parameters["id_token_hint"], let verified = try? visit.tenant.keys().verifier().verify(hint),
            let claims = try? JSONObject.parse(verified.payload),
            visit.profile != nil || claims.string("iss") == visit.issuer
        else { return nil }
        return claims
    }

    private func client(_ parameters: Parameters) -> OPClient? {
        if parameters["id_token_hint"] != nil {
            return hint(parameters)?.string("aud").flatMap { visit.tenant.client($0) }
        }
        return parameters["client_id"].flatMap { visit.tenant.client($0) }
    }
}
