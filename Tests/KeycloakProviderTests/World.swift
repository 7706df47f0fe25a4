import Broker
import ConformanceKit
import Foundation
import JOSE
import KeycloakProvider

/// A realm with its key, and one connection to it.
struct World {
    static let base = "https://sso.acme.example"
    static let issuer = "\(base)/realms/acme"
    static let clientID = "vestibule"
    static let subject = "f:1:u1"
    static let tokenURL = issuer + "/protocol/openid-connect/token"
    static let keysURL = issuer + "/protocol/openid-connect/certs"

    let bench = KitBench()
    let key: SigningKey

    init() throws {
        key = try SigningKey.generate(.es256, kid: "k1")
        publish()
        bench.transport.on(Self.issuer + "/protocol/openid-connect/userinfo", json: #"{"sub":"\#(Self.subject)"}"#)
    }

    /// What a realm says about itself.
    func publish(issuer: String = issuer, _ change: (inout JSONObject) -> Void = { _ in }) {
        let protocolURL = issuer + "/protocol/openid-connect"
        var document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string(protocolURL + "/auth"),
            "token_endpoint": .string(protocolURL + "/token"), "jwks_uri": .string(protocolURL + "/certs"),
            "userinfo_endpoint": .string(protocolURL + "/userinfo"),
            "end_session_endpoint": .string(protocolURL + "/logout"),
            "id_token_signing_alg_values_supported": ["PS256", "ES256", "RS256", "HS256"],
            "code_challenge_methods_supported": ["plain", "S256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic", "client_secret_post"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "scopes_supported": ["openid", "profile", "email", "roles", "offline_access"],
            "backchannel_logout_supported": true, "backchannel_logout_session_supported": true,
        ]
        change(&document)
        bench.transport.on(issuer + "/.well-known/openid-configuration", json: document.text)
        bench.transport.publish([key], at: protocolURL + "/certs")
    }

    func provider(_ change: (inout KeycloakProvider.Settings) -> Void = { _ in }) throws -> KeycloakProvider {
        var settings = KeycloakProvider.Settings(
            baseURL: Self.base, realm: "acme", clientID: Self.clientID, clientSecret: SecretReference("env:KEYCLOAK"))
        change(&settings)
        return try KeycloakProvider(id: "acme", settings: settings, context: bench.context)
    }

    /// The claims of an ID token of the realm.
    var idClaims: JSONObject {
        [
            "exp": .integer(bench.clock.now.seconds + 300), "iat": .integer(bench.clock.now.seconds), "jti": "i-1",
            "iss": .string(Self.issuer), "aud": .string(Self.clientID), "sub": .string(Self.subject), "typ": "ID",
            "azp": .string(Self.clientID), "nonce": .string(LoginSecrets.kit.nonce), "sid": "s-1", "acr": "1",
            "email_verified": true, "name": "Alice", "email": "alice@acme.example",
        ]
    }

    /// The claims of an access token of the realm, as the built-in client scope `roles` makes them.
    var accessClaims: JSONObject {
        [
            "exp": .integer(bench.clock.now.seconds + 300), "iat": .integer(bench.clock.now.seconds), "jti": "a-1",
            "iss": .string(Self.issuer), "aud": "account", "sub": .string(Self.subject), "typ": "Bearer",
            "azp": .string(Self.clientID), "sid": "s-1", "scope": "openid profile email",
            "realm_access": ["roles": ["default-roles-acme", "admin"]],
            "resource_access": ["account": ["roles": ["view-profile"]], "vestibule": ["roles": ["agent"]]],
        ]
    }

    /// Makes the token endpoint give an ID token with these claims and this access token.
    func grant(accessToken: String, _ change: (inout JSONObject) -> Void = { _ in }) throws {
        var claims = idClaims
        change(&claims)
        bench.transport.grant(
            at: Self.tokenURL, idToken: try key.issue(claims: claims), accessToken: accessToken,
            refreshToken: "R3FR3SH-value")
    }

    /// An access token with these claims.
    func accessToken(
        signedBy key: SigningKey? = nil, typ: String? = "JWT", _ change: (inout JSONObject) -> Void = { _ in }
    ) throws -> String {
        var claims = accessClaims
        change(&claims)
        return try (key ?? self.key).issue(claims: claims, typ: typ)
    }

    /// The groups of a login with this access token.
    func groups(
        _ accessToken: String, _ provider: KeycloakProvider, _ change: (inout JSONObject) -> Void = { _ in }
    ) async throws -> GroupSet {
        try grant(accessToken: accessToken, change)
        return try await bench.login(provider).groups
    }
}
