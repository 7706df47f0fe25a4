public import Broker
import Foundation
import OpenIDConnect

extension OIDCVendor {
    /// Sends the browser to the end-session endpoint, with the last ID token as a hint.
    public func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep {
        guard let endpoint = oidc.endSessionEndpoint(in: try await oidc.relyingParty.metadata()) else {
            return try oidc.profile?.logoutLink(request, clientID: oidc.settings.clientID) ?? .notConfigured
        }
        let message = EndSessionRequest(
            clientID: oidc.settings.clientID, idTokenHint: UpstreamHandle(request.session).idToken,
            returnURL: request.returnURL, state: request.state)
        return oidc.settings.endSession == .formPost ? message.form(at: endpoint) : try message.link(at: endpoint)
    }

    /// Verifies a back-channel logout (OpenID Connect Back-Channel Logout 2.5 and 2.6), or reads a front-channel one
    /// where the connection takes them.
    public func receiveLogout(_ callback: LoginCallback) async throws(LoginError) -> LogoutNotice {
        if callback.method == .get, oidc.settings.frontChannelLogout { return try frontChannelNotice(callback) }
        guard callback.endpoint == .logout, callback.method == .post,
            let raw = callback.parameters["logout_token"]
        else {
            throw LoginError(.malformedRequest, detail: "Back-Channel Logout 2.5: needs a POST with logout_token")
        }
        let token = try await oidc.relyingParty.verify(logoutToken: raw)
        return LogoutNotice(
            target: try target(of: token),
            oneTime: [
                OneTimeIdentifier(
                    "logout_token:\(token.tokenID)",
                    until: token.expiresAt + oidc.relyingParty.configuration.skew)
            ])
    }

    /// It may come again and again: a session ends once.
    ///
    /// What is answered is the same whether there was one.
    private func frontChannelNotice(_ callback: LoginCallback) throws(LoginError) -> LogoutNotice {
        let message = try oidc.relyingParty.frontChannelLogout(callback)
        let page = URL(string: message.issuer)
        return LogoutNotice(
            target: .session(issuer: message.issuer, sessionID: message.sessionID),
            answer: page.map(LogoutNotice.Answer.frame) ?? .ok, oneTime: [])
    }

    private func target(of token: LogoutToken) throws(LoginError) -> LogoutNotice.Target {
        if let session = token.sessionID { return .session(issuer: token.issuer, sessionID: session) }
        guard let subject = token.subject else {
            throw LoginError(.subjectInvalid, detail: "Back-Channel Logout 2.6 step 5: neither sub nor sid is present")
        }
        return .subject(SubjectKey(connection: oidc.id, issuer: token.issuer, subject: subject))
    }
}
