// SPDX-License-Identifier: Apache-2.0

import Broker
import OpenIDConnect

extension OpenIDSignIn {
    /// RP-Initiated Logout 1.0 section 2.
    func beginLogout(
        of customer: SignedInCustomer, _ pending: PendingPortalLogout, at addresses: PortalAddresses
    ) async throws(LoginError) -> LogoutStep {
        guard case .openID(_, _, let idToken) = customer.upstream,
            let endpoint = try await relyingParty.metadata().endSessionEndpoint
        else { return .notConfigured }
        return try EndSessionRequest(
            clientID: settings.clientID, idTokenHint: idToken,
            returnURL: try PortalAddresses.url(addresses.portals), state: pending.state
        ).link(at: endpoint)
    }

    /// Back-Channel Logout 1.0: the sessions of one `sid`, or of one `sub` where the token names no session.
    func receiveLogout(
        _ callback: LoginCallback, at addresses: PortalAddresses,
        pending: (_ state: String) -> PendingPortalLogout?
    ) async throws(LoginError) -> LogoutMessage {
        guard callback.method == .post, let raw = callback.parameters["logout_token"] else {
            throw LoginError(.malformedRequest, detail: "Back-Channel Logout 2.5: needs a POST with logout_token")
        }
        let token = try await relyingParty.verify(logoutToken: raw)
        return LogoutMessage(
            ends: { customer in
                guard case .openID(let subject, let sid, _) = customer.upstream else { return false }
                guard token.subject.map({ $0 == subject }) ?? true else { return false }
                return token.sessionID.map { $0 == sid } ?? true
            }, oneTime: "logout_token:\(token.tokenID)", answer: .ok)
    }
}
