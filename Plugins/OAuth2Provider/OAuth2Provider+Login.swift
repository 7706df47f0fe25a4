public import Broker
import Foundation
import OpenIDConnect

extension OAuth2Provider {
    /// Sends the browser to the authorization endpoint, always with PKCE.
    public func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        guard request.requirements == .none else {
            throw LoginError(
                .requirementsNotMet, detail: "OAuth 2.0 tells neither when nor how a person signed in")
        }
        var message = AuthorizationRequest(
            clientID: settings.clientID, redirectURI: request.callbackURL, secrets: request.secrets,
            scopes: settings.effectiveScopes)
        // GitHub's own hint is a login name, which an address is not.
        message.loginHint = settings.profile == .custom ? request.loginHint : nil
        message.locales = settings.profile == .custom ? request.locales : []
        // No ID token brings a nonce back, and an empty scope is none (RFC 6749 appendix A.4).
        let parameters = message.parameters.filter { name, value in
            name != "nonce" && !(name == "scope" && value.isEmpty)
        }
        return LoginStep(.redirect(try Wire.url(endpoints.authorization, adding: parameters)))
    }

    /// Redeems the code and asks the vendor's API who it is.
    public func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        guard callback.endpoint == .login else {
            throw LoginError(.malformedRequest, detail: "a login does not end at endpoint \(callback.endpoint)")
        }
        switch try response(callback, login) {
        case .denied(let denial): return .denied(denial)
        case .code(let code):
            let accessToken = try await client.redeem(
                code: code, redirectURI: login.callbackURL, codeVerifier: login.sent.codeVerifier,
                authentication: try authentication())
            let once = OAuthClient.oneTimeIdentifier(of: code, now: context.time.now)
            return try await outcome(accessToken, once)
        }
    }

    private func response(
        _ callback: LoginCallback, _ login: PendingLogin
    ) throws(LoginError) -> AuthorizationResponse {
        // RFC 9207 2.4: what cannot be compared is not believed.
        guard settings.expectedIssuer != nil || callback.parameters["iss"] == nil else {
            throw LoginError(
                .issuerMismatch, detail: "RFC 9207 2.4: the server sends iss, and issuer is not configured")
        }
        return try AuthorizationResponse.process(
            callback,
            expecting: .init(
                state: login.sent.state, issuer: settings.expectedIssuer ?? "",
                requiresIssuer: settings.issuer != nil, responseMode: .query))
    }

    private func outcome(
        _ accessToken: Secret<String>, _ once: OneTimeIdentifier
    ) async throws(LoginError) -> LoginOutcome {
        let answer = try await client.get(endpoints.userInfo, accessToken: accessToken, of: "UserInfo")
        let claims = try Wire.jsonObject(answer, of: "UserInfo")
        var outcome: LoginOutcome =
            switch settings.profile {
            case .custom: .identity(try identity(claims))
            case .github: try await GitHub(provider: self, accessToken: accessToken).outcome(claims)
            }
        if case .identity(var identity) = outcome {
            identity.oneTime = [once]
            outcome = .identity(identity)
        }
        return outcome
    }
}
