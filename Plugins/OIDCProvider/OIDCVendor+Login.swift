public import Broker
import Foundation
import OpenIDConnect

extension OIDCVendor {
    /// Sends the browser to the authorization endpoint.
    public func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        let settings = oidc.settings
        var message = AuthorizationRequest(
            clientID: settings.clientID, redirectURI: request.callbackURL, secrets: request.secrets,
            scopes: settings.scopes)
        message.responseMode = settings.responseMode
        message.prompts = settings.prompt.map { [$0] } ?? []
        message.maximumAge = settings.maximumAge
        message.requirements = request.requirements
        message.loginHint = request.loginHint
        message.locales = request.locales
        message.extra = settings.authorizationParameters.merging(authorizationParameters(for: request)) { $1 }
        return LoginStep(.redirect(try await oidc.authorizationURL(for: message)))
    }

    /// Redeems the code, verifies what comes back, and reads the identity.
    public func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        guard callback.endpoint == .login else {
            throw LoginError(.malformedRequest, detail: "a login does not end at endpoint \(callback.endpoint)")
        }
        let metadata = try await oidc.relyingParty.metadata()
        let response = try AuthorizationResponse.process(
            callback,
            expecting: .init(
                state: login.sent.state, issuer: metadata.issuer, requiresIssuer: metadata.sendsIssuerInResponse,
                responseMode: oidc.settings.responseMode, tenants: oidc.relyingParty.configuration.tenantIssuers))
        switch response {
        case .denied(let denial): return .denied(denial)
        case .code(let code): return try await redeem(code, login, from: callback.parameters["iss"])
        }
    }

    private func redeem(
        _ code: Secret<String>, _ login: PendingLogin, from issuer: String?
    ) async throws(LoginError) -> LoginOutcome {
        let tokens = try await oidc.relyingParty.redeem(
            code: code, redirectURI: login.callbackURL, codeVerifier: login.sent.codeVerifier,
            authentication: try await oidc.tokenAuthentication())
        var expected = oidc.expectations(for: login)
        // The tenant that answered is the tenant whose token comes (RFC 9207 2.4).
        if let issuer, let tenants = expected.tenantIssuers { expected.tenantIssuers = tenants.limited(to: issuer) }
        expected.accessToken = tokens.accessToken
        expected.code = code
        do throws(LoginError) {
            return try await outcome(of: tokens, expecting: expected, isLogin: true)
        } catch {
            guard error.code == .requirementsNotMet else { throw error }
            return .denied(Denial(.requirementsNotMet, detail: error.detail))
        }
    }

    /// From tokens to an identity: the same way for a login and for a refresh.
    func outcome(
        of tokens: TokenResponse, expecting expected: TokenExpectations, isLogin: Bool
    ) async throws(LoginError) -> LoginOutcome {
        guard let rawToken = tokens.idToken else {
            throw LoginError(.upstreamInvalid, detail: "OpenID Connect Core 3.1.3.3: id_token is absent")
        }
        let idToken = try await oidc.relyingParty.verify(idToken: rawToken, expecting: expected)
        if let denial = try checkIDToken(idToken) { return .denied(denial) }
        let userInfo = try await oidc.userInfo(beside: idToken, accessToken: tokens.accessToken)
        var identity = try oidc.identity(idToken, userInfo)
        identity.upstream = oidc.session(
            UpstreamHandle(idToken: rawToken, refreshToken: tokens.refreshToken), id: idToken.claims.string("sid"))
        if isLogin { identity.oneTime = [idToken.oneTimeIdentifier(of: rawToken, skew: expected.skew)] }
        let verified = VerifiedTokens(idToken: idToken, userInfo: userInfo, accessToken: tokens.accessToken)
        return try await self.identity(identity, from: verified)
    }
}

extension OIDCProvider.Settings {
    /// The longest time since sign-in.
    var maximumAge: Duration? { maxAge.map { .seconds($0) } }
}
