import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import OpenIDConnect
import Synchronization

/// A relying party written beside the house's own, small and plain, that can be told to forget one thing.
///
/// It is what the cases of the relying-party test plans are shown to catch: each case is red against the client that
/// forgets what the case is about, and green against the one that forgets nothing. No connection of a broker ever is one.
struct CarelessClient: UpstreamLogout, LogoutReceiver, SessionRefresher {
    /// What it forgets, or does worse.
    enum Defect: String, Codable, CaseIterable, Sendable {
        // In the ID token
        case issuer, subject, audience, absentAudience, issuedAt, nonce, signature, algorithm, ambiguousKey
        case accessTokenHash, codeHash
        // Refuses what it should take
        case needsKeyID, needsAccessTokenHash, needsCodeHash, onlyES256
        // At the other endpoints
        case wrongRedirectURI, secretInForm, tokenInQuery, tokenInBody, userInfoSubject, ignoresUserInfo
        case guessesEndpoints, guessesKeys, discoveryIssuer, keepsOldKeys
        // In the browser
        case sendsNoNonce, readsQueryOnly, takesErrorForFailure
        // Later
        case refreshIsNotTried, refreshIssuer, refreshSubject
        case noHint, noState, noReturn, takesAnyReturn, asksIframe
        case logoutSignature, logoutAlgorithm, logoutEvents, logoutEventName, logoutNonce, logoutAudience, logoutIssuer
        case logoutIsIgnored
        case frontChannelIsIgnored, frontChannelSwitch, frontChannelIssuer, frontChannelSession, frontChannelFrame
    }

    struct Settings: Codable, Sendable {
        var issuer: String
        var clientID: String
        var clientSecret: SecretReference
        var responseMode: String?
        var signingAlgorithms: [String]?
        var frontChannelLogout: Bool?
        var userInfo: String?
        var defect: Defect?
    }

    static let kind: ProviderKind = "careless"
    static let settingsVersion = 1
    static let form = SettingsForm(
        ["issuer", "clientID", "clientSecret", "responseMode", "userInfo", "defect"].map {
            SettingsField($0, $0 == "clientSecret" ? .secret : .text, label: $0, help: $0)
        } + [
            SettingsField("signingAlgorithms", .list(.text), label: "algorithms", help: "algorithms"),
            SettingsField("frontChannelLogout", .flag, label: "front channel", help: "front channel"),
        ])

    let id: ConnectionID
    let settings: Settings
    let context: ProviderContext
    let memory: Kept

    /// What it keeps between logins.
    final class Kept: Sendable { let keys = Mutex<JWKSet?>(nil) }

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        (self.id, self.settings, self.context, memory) = (id, settings, context, Kept())
    }

    func forgets(_ defect: Defect) -> Bool { settings.defect == defect }

    func require(_ holds: Bool, unless defect: Defect, _ code: LoginError.Code) throws(LoginError) {
        if !holds, !forgets(defect) { throw LoginError(code, detail: "\(defect)") }
    }

    // MARK: The browser

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        let document = try await discovery()
        var query = [
            ("response_type", "code"), ("client_id", settings.clientID),
            ("redirect_uri", request.callbackURL.absoluteString), ("scope", "openid profile email"),
            ("state", request.secrets.state), ("code_challenge_method", "S256"),
            ("code_challenge", Base64URL.encode(Digests.sha256(request.secrets.codeVerifier))),
        ]
        if !forgets(.sendsNoNonce) { query.append(("nonce", request.secrets.nonce)) }
        if let mode = settings.responseMode { query.append(("response_mode", mode)) }
        let endpoint =
            forgets(.guessesEndpoints) ? settings.issuer + "/authorize" : document["authorization_endpoint"]?.text
        return LoginStep(.redirect(try url(endpoint, query)))
    }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        if forgets(.readsQueryOnly), callback.method == .post {
            throw LoginError(.malformedRequest, detail: "no query")
        }
        guard callback.parameters["state"] == login.sent.state else {
            throw LoginError(.stateMismatch, detail: "state")
        }
        if callback.parameters["error"] != nil {
            if forgets(.takesErrorForFailure) { throw LoginError(.upstreamInvalid, detail: "no code") }
            return .denied(Denial(.refusedByIdP))
        }
        let code = callback.parameters["code"] ?? ""
        let redirectURI = login.callbackURL.absoluteString + (forgets(.wrongRedirectURI) ? "/" : "")
        let answer = try await redeem([
            ("grant_type", "authorization_code"), ("code", code), ("code_verifier", login.sent.codeVerifier),
            ("redirect_uri", redirectURI),
        ])
        let claims = try await verified(answer, nonce: login.sent.nonce, code: code)
        return .identity(try await identity(claims, answer))
    }

    private func identity(_ claims: Claims, _ answer: Claims) async throws(LoginError) -> VerifiedIdentity {
        let token = answer["access_token"]?.text ?? ""
        let userInfo = forgets(.ignoresUserInfo) ? [:] : try await self.userInfo(token, claims["sub"]?.text)
        let all = claims.merging(userInfo) { $1 }
        let address = all["email"]?.text.flatMap { EmailAddress($0) }
        return VerifiedIdentity(
            subject: SubjectKey(connection: id, issuer: settings.issuer, subject: claims["sub"]?.text ?? ""),
            email: address.map { Email($0, evidence: all["email_verified"] == true ? .idpVerified : .none) },
            displayName: all["name"]?.text, groups: .unsupported, authentication: AuthenticationContext(),
            upstream: UpstreamSession(
                sessionID: claims["sid"]?.text, handle: Data((answer["refresh_token"]?.text ?? "").utf8)),
            oneTime: [OneTimeIdentifier("id_token:\(claims["nonce"]?.text ?? "")", until: context.time.now)],
            claims: [])
    }

    func url(_ endpoint: String?, _ query: [(String, String)]) throws(LoginError) -> URL {
        guard let endpoint, let url = URL(string: "\(endpoint)?\(Self.form(query))") else {
            throw LoginError(.upstreamInvalid, detail: "endpoint")
        }
        return url
    }

    static func form(_ fields: [(String, String)]) -> String {
        let plain = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        return fields.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: plain) ?? "")"
        }.joined(separator: "&")
    }
}
