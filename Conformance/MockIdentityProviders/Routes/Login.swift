// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import JOSE

/// Somebody has signed in: issue a code and send the browser back.
struct Login {
    /// What was typed into the field for the user name.
    struct Typed {
        let user: OPUser
        var fault: OPFault?
        var vendorFault: VendorFault?
    }

    let visit: OPVisit
    let request: AuthorizationRequest

    /// A typed user name.
    ///
    /// `alice!alg-none` is Alice in a login with that fault.
    static func read(_ typed: String, at tenant: OPTenantState) -> Typed? {
        let halves = typed.split(separator: "!", maxSplits: 1).map(String.init)
        guard let name = halves.first, let user = tenant.user(name) else { return nil }
        guard halves.count == 2 else { return Typed(user: user) }
        if let fault = OPFault(rawValue: halves[1]) { return Typed(user: user, fault: fault) }
        return VendorFault(rawValue: halves[1]).map { Typed(user: user, vendorFault: $0) }
    }

    /// A new sign-in that no browser remembers.
    func complete(_ user: OPUser, fault: OPFault?, vendorFault: VendorFault? = nil) throws -> Response {
        try complete(newSession(user), fault: fault, vendorFault: vendorFault)
    }

    func newSession(_ user: OPUser) -> OPSession {
        OPSession(sid: Base64URL.encode(visit.host.configuration.random(16)), user: user, authTime: visit.now)
    }

    func complete(
        _ session: OPSession, fault chosen: OPFault?, vendorFault chosenVendorFault: VendorFault? = nil
    ) throws -> Response {
        let fault = visit.tenant.takeFault(user: session.user, chosen: chosen)
        let vendorFault = visit.tenant.takeVendorFault(user: session.user, chosen: chosenVendorFault)
        if fault == .jwksRotatedKey { try visit.tenant.rotateKey() }
        if vendorFault?.needsNewKey == true {
            try visit.tenant.rotateKey(
                id: vendorFault == .kidOddOctets ? OPKeyStyle.oddOctets(visit.host.configuration.random) : nil)
        }
        let code = visit.host.secret(.code)
        var grant = Grant(request: request, session: session, fault: fault, issuedAt: visit.now)
        grant.vendorFault = vendorFault
        grant.redeemed = fault == .codeReplayed
        visit.tenant.keep(grant, code: code)
        return CallbackAnswer(visit: visit, redirectURI: request.redirectURI, state: request.state)
            .success(code, request.responseMode, fault, further: further(grant))
    }

    /// What a vendor's authorization response says besides.
    private func further(_ grant: Grant) -> [Parameter] {
        guard let profile = visit.profile else { return [] }
        return profile.callback(
            IssuedLogin(grant, user: grant.session.user, now: visit.now, jti: "", nonce: grant.request.nonce))
    }
}
