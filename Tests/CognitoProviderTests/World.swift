import Broker
import CognitoProvider
import ConformanceKit
import Foundation
import JOSE

/// A user pool with its key, and one connection to it.
struct World {
    static let origin = "https://cognito-idp.eu-central-1.amazonaws.com"
    static let pool = "eu-central-1_AbCdEfGhI"
    static let issuer = "\(origin)/\(pool)"
    static let subject = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
    static let clientID = "1example23456789"
    static let host = "https://acme-login.auth.eu-central-1.amazoncognito.com"
    /// As Cognito makes them: base64 with everything that a URL would escape.
    static let keyID = "vyVQH7UMjwYboVvyFf+zd4KHZfgc+RtmU/A2vHhgITI="

    let bench = KitBench()
    let key: SigningKey

    init() throws {
        key = try SigningKey.generate(.rs256, kid: Self.keyID)
        publish()
        bench.transport.on(Self.host + "/oauth2/userInfo", json: #"{"sub":"\#(Self.subject)"}"#)
        bench.transport.publish([key], at: Self.issuer + "/.well-known/jwks.json")
    }

    /// What a pool says about itself; PKCE and public clients are not mentioned.
    func publish(at url: String = issuer, _ change: (inout JSONObject) -> Void = { _ in }) {
        var document: JSONObject = [
            "issuer": .string(Self.issuer), "authorization_endpoint": .string(Self.host + "/oauth2/authorize"),
            "token_endpoint": .string(Self.host + "/oauth2/token"),
            "userinfo_endpoint": .string(Self.host + "/oauth2/userInfo"),
            "end_session_endpoint": .string(Self.host + "/logout"),
            "jwks_uri": .string(Self.issuer + "/.well-known/jwks.json"),
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "token"],
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        ]
        change(&document)
        bench.transport.on(url + "/.well-known/openid-configuration", json: document.text)
    }

    func provider(_ change: (inout CognitoProvider.Settings) -> Void = { _ in }) throws -> CognitoProvider {
        var settings = CognitoProvider.Settings(
            region: "eu-central-1", userPoolID: Self.pool, clientID: Self.clientID,
            clientSecret: SecretReference("env:COGNITO"))
        settings.domain = "acme-login"
        change(&settings)
        return try CognitoProvider(id: "acme", settings: settings, context: bench.context)
    }

    /// The claims of an ID token of the pool.
    var claims: JSONObject {
        [
            "iss": .string(Self.issuer), "aud": .string(Self.clientID), "token_use": "id",
            "sub": .string(Self.subject), "nonce": .string(LoginSecrets.kit.nonce),
            "exp": .integer(bench.clock.now.seconds + 3600), "iat": .integer(bench.clock.now.seconds),
            "auth_time": .integer(bench.clock.now.seconds), "jti": "j-1", "origin_jti": "o-1", "event_id": "e-1",
            "cognito:username": "alice", "name": "Alice", "email": "alice@acme.example", "email_verified": true,
        ]
    }

    /// Makes the pool give an ID token with these claims; Cognito's tokens have no `typ`.
    func grant(signedBy key: SigningKey? = nil, _ change: (inout JSONObject) -> Void = { _ in }) throws {
        var claims = claims
        change(&claims)
        bench.transport.grant(
            at: Self.host + "/oauth2/token", idToken: try (key ?? self.key).issue(claims: claims, typ: nil))
    }

    func evidence(_ provider: CognitoProvider) async throws -> Email.Evidence? {
        try await bench.login(provider).email?.evidence
    }
}
