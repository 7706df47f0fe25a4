import Broker
import ConformanceKit
import Foundation
import JOSE
import OIDCProvider

@testable import OktaProvider

/// An Okta org with its authorization servers, and one connection to it.
struct World {
    static let domain = "acme.okta.com"
    static let org = "https://acme.okta.com"
    static let custom = "https://acme.okta.com/oauth2/default"
    static let clientID = "0oa1b2c3d4e5f6g7h8i9"
    static let now = Timestamp(seconds: 1_768_478_400)
    /// Made once: RSA keys take their time.
    private static let sharedKey = try? SigningKey.generate(.rs256, kid: "a+b/c=")

    let bench: KitBench
    let key: SigningKey
    let secrets = LoginSecrets.kit

    var transport: ScriptedTransport { bench.transport }
    var callbackURL: URL { bench.callbackURL }
    var context: ProviderContext { bench.context }

    init() throws {
        key = try unwrap(Self.sharedKey)
        var bench = KitBench()
        bench.randomness = KitRandomness(repeating: [255])
        self.bench = bench
        publish(Self.org)
        publish(Self.custom)
    }

    func publish(_ issuer: String, _ change: (inout JSONObject) -> Void = { _ in }) {
        // The org's own server has its endpoints under /oauth2 too, its issuer has not.
        let base = issuer.contains("/oauth2/") ? issuer : issuer + "/oauth2"
        var document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string(base + "/v1/authorize"),
            "token_endpoint": .string(base + "/v1/token"), "jwks_uri": .string(base + "/v1/keys"),
            "userinfo_endpoint": .string(base + "/v1/userinfo"), "end_session_endpoint": .string(base + "/v1/logout"),
            "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "scopes_supported": ["openid", "email", "profile", "offline_access", "groups"],
        ]
        change(&document)
        transport.on(issuer + "/.well-known/openid-configuration", json: document.text)
        transport.on(
            base + "/v1/keys", json: String(decoding: JWKSet(keys: [key.publicKey]).serialized(), as: UTF8.self))
    }

    func provider(_ change: (inout OktaProvider.Settings) -> Void = { _ in }) throws -> OktaProvider {
        var settings = OktaProvider.Settings(
            domain: Self.domain, clientID: Self.clientID, clientSecret: try unwrap(SecretReference("env:OKTA")))
        change(&settings)
        return try OktaProvider(id: "acme", settings: settings, context: context)
    }

    func claims(_ issuer: String) -> JSONObject {
        [
            "iss": .string(issuer), "aud": .string(Self.clientID), "sub": "00u1", "ver": 1, "name": "Alice",
            "email": "alice@acme.example", "email_verified": true, "nonce": .string(secrets.nonce),
            "idp": "00o1", "amr": ["pwd"], "iat": .integer(Self.now.seconds), "exp": .integer(Self.now.seconds + 3600),
        ]
    }

    /// Makes both token endpoints answer with an ID token.
    @discardableResult func grant(
        _ issuer: String = World.org, refreshToken: String? = nil, _ change: (inout JSONObject) -> Void = { _ in }
    ) throws -> String {
        var claims = claims(issuer)
        change(&claims)
        let token = try key.issue(claims: claims, typ: nil)
        var answer: JSONObject = ["access_token": "acc3ss", "token_type": "Bearer", "id_token": .string(token)]
        answer["refresh_token"] = refreshToken.map { .string($0) }
        transport.on(Self.org + "/oauth2/v1/token", json: answer.text)
        transport.on(Self.custom + "/v1/token", json: answer.text)
        return token
    }

    func outcome(_ provider: OktaProvider) async throws -> LoginOutcome {
        let callback = try LoginCallback(
            method: .get, endpoint: .login, rawQuery: Data("code=C0DE&state=STAT3-value".utf8), rawBody: Data())
        let pending = PendingLogin(
            sent: secrets, fresh: secrets, state: .empty, round: 1, callbackURL: callbackURL, requirements: .none,
            startedAt: Self.now)
        return try await provider.completeLogin(callback, resuming: pending)
    }

    func login(_ provider: OktaProvider) async throws -> VerifiedIdentity {
        guard case .identity(let identity) = try await outcome(provider) else { throw KitFailure("another outcome") }
        return identity
    }

    func error(_ provider: OktaProvider) async -> LoginError? {
        do { _ = try await outcome(provider) } catch { return error as? LoginError }
        return nil
    }

    func authorizationRequest(_ provider: OktaProvider) async throws -> URL {
        let step = try await provider.beginLogin(
            LoginRequest(callbackURL: callbackURL, secrets: secrets, reference: "r"))
        guard case .redirect(let url) = step.action else { throw KitFailure("another outcome") }
        return url
    }

    func scope(_ provider: OktaProvider) async throws -> String? {
        let query = try await authorizationRequest(provider).query() ?? ""
        return try CallbackParameters(formEncoded: Data(query.utf8))["scope"]
    }
}
