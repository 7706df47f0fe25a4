// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import JOSE

/// Somebody has signed in: issue a code and send the browser back.
struct Login {
    let visit: OPVisit
    let request: AuthorizationRequest

    /// A typed user name.
    ///
    /// `alice!alg-none` is Alice in a login with that fault.
    static func read(_ typed: String, at tenant: OPTenantState) -> (user: OPUser, fault: OPFault?)? {
        let halves = typed.split(separator: "!", maxSplits: 1).map(String.init)
        guard let name = halves.first, let user = tenant.user(name) else { return nil }
        guard halves.count == 2 else { return (user, nil) }
        return OPFault(rawValue: halves[1]).map { (user, $0) }
    }

    /// A new sign-in that no browser remembers.
    func complete(_ user: OPUser, fault: OPFault?) throws -> Response {
        try complete(newSession(user), fault: fault)
    }

    func newSession(_ user: OPUser) -> OPSession {
        OPSession(sid: Base64URL.encode(visit.host.configuration.random(16)), user: user, authTime: visit.now)
    }

    func complete(_ session: OPSession, fault chosen: OPFault?) throws -> Response {
        let fault = visit.tenant.takeFault(user: session.user, chosen: chosen)
        if fault == .jwksRotatedKey { try visit.tenant.rotateKey() }
        let code = visit.host.secret(.code)
        var grant = Grant(request: request, session: session, fault: fault, issuedAt: visit.now)
        grant.redeemed = fault == .codeReplayed
        visit.tenant.keep(grant, code: code)
        return CallbackAnswer(visit: visit, redirectURI: request.redirectURI, state: request.state)
            .success(code, request.responseMode, fault)
    }
}
