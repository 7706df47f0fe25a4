public import Broker
import OpenIDConnect

extension OIDCVendor {
    /// Sends the browser to the end-session endpoint, with the last ID token as a hint.
    public func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep {
        guard let endpoint = try await oidc.relyingParty.metadata().endSessionEndpoint else { return .notConfigured }
        let message = EndSessionRequest(
            clientID: oidc.settings.clientID, idTokenHint: UpstreamHandle(request.session).idToken,
            returnURL: request.returnURL, state: request.state)
        return oidc.settings.endSession == .formPost ? message.form(at: endpoint) : try message.link(at: endpoint)
    }

    /// Verifies a back-channel logout (OpenID Connect Back-Channel Logout 2.5 and 2.6).
    public func receiveLogout(_ callback: LoginCallback) async throws(LoginError) -> LogoutNotice {
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

    private func target(of token: LogoutToken) throws(LoginError) -> LogoutNotice.Target {
        if let session = token.sessionID { return .session(issuer: token.issuer, sessionID: session) }
        guard let subject = token.subject else {
            throw LoginError(.subjectInvalid, detail: "Back-Channel Logout 2.6 step 5: neither sub nor sid is present")
        }
        return .subject(SubjectKey(connection: oidc.id, issuer: token.issuer, subject: subject))
    }
}
