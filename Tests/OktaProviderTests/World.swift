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

    let bench = KitBench()
    let key: SigningKey
    let secrets = LoginSecrets.kit

    var transport: ScriptedTransport { bench.transport }
    var callbackURL: URL { bench.callbackURL }
    var context: ProviderContext { bench.context }

    init() throws {
        key = try unwrap(Self.sharedKey)
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
        transport.publish([key], at: base + "/v1/keys")
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
        for place in [Self.org + "/oauth2/v1/token", Self.custom + "/v1/token"] {
            transport.grant(at: place, idToken: token, refreshToken: refreshToken)
        }
        return token
    }

    func scope(_ provider: OktaProvider) async throws -> String? {
        try await bench.authorizationParameters(provider)["scope"]
    }
}
