import Broker
import ConformanceKit
import Foundation
import JOSE
import OIDCProvider

@testable import GoogleProvider

/// Google, with its keys and APIs, and one connection to it.
struct World {
    static let issuer = "https://accounts.google.com"
    static let clientID = "1234-abc.apps.googleusercontent.com"
    static let directory = "admin.googleapis.com/admin/directory/v1/groups"
    static let cloudIdentity = "cloudidentity.googleapis.com/v1/groups/-/memberships:searchTransitiveGroups"
    static let token = "oauth2.googleapis.com/token"
    static let now = Timestamp(seconds: 1_768_478_400)
    /// Made once: RSA keys take their time.
    private static let sharedKey = try? SigningKey.generate(.rs256, kid: "k1")

    let bench = KitBench()
    let key: SigningKey
    let secrets = LoginSecrets.kit
    var keyFile = ""

    init() throws {
        key = try unwrap(Self.sharedKey)
        keyFile = keyFileText()
        publish(issuer: Self.issuer, host: "accounts.google.com", token: "https://" + Self.token)
    }

    func publish(issuer: String, host: String, token: String) {
        let document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string(issuer + "/o/oauth2/v2/auth"),
            "token_endpoint": .string(token), "jwks_uri": .string(issuer + "/certs"),
            "userinfo_endpoint": .string(issuer + "/userinfo"), "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["plain", "S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "scopes_supported": ["openid", "email", "profile"],
        ]
        transport.on(host + "/.well-known/openid-configuration", json: document.text)
        transport.publish([key], at: host + "/certs")
    }

    func keyFileText(_ change: (inout JSONObject) -> Void = { _ in }) -> String {
        let base64 = Data(key.pkcs8DER).base64EncodedString()
        var file: JSONObject = [
            "type": "service_account", "client_email": "reader@project.iam.gserviceaccount.com",
            "private_key_id": "sa-1", "token_uri": "https://evil.example/token",
            "private_key": .string("-----BEGIN PRIVATE KEY-----\n\(base64)\n-----END PRIVATE KEY-----\n"),
        ]
        change(&file)
        return file.text
    }

    var transport: ScriptedTransport { bench.transport }
    var callbackURL: URL { bench.callbackURL }

    var context: ProviderContext {
        var bench = bench
        bench.secrets = ["env:GOOGLE": "S3CR3T-client-value", "file:/sa.json": keyFile]
        return bench.context
    }

    func provider(_ change: (inout GoogleProvider.Settings) -> Void = { _ in }) throws -> GoogleProvider {
        var settings = GoogleProvider.Settings(
            clientID: Self.clientID, clientSecret: try unwrap(SecretReference("env:GOOGLE")))
        settings.hostedDomains = ["acme.example"]
        change(&settings)
        return try GoogleProvider(id: "acme", settings: settings, context: context)
    }

    /// A connection that looks groups up.
    func provider(_ scope: GoogleProvider.Settings.Groups.Scope?) throws -> GoogleProvider {
        let file = try unwrap(SecretReference("file:/sa.json"))
        return try provider {
            $0.groups = .init(serviceAccount: file, subject: "admin@acme.example", scope: scope)
        }
    }

    func parameters(
        _ provider: GoogleProvider, _ requirements: AuthenticationRequirements = .none
    ) async throws -> CallbackParameters {
        try await bench.authorizationParameters(provider, bench.request(requirements))
    }

    /// Makes the token endpoint answer codes with an ID token, and service accounts with an access token.
    func grant(refreshToken: String? = nil, _ change: (inout JSONObject) -> Void = { _ in }) throws {
        var claims: JSONObject = [
            "iss": .string(Self.issuer), "azp": .string(Self.clientID), "aud": .string(Self.clientID),
            "sub": "110169484474386276334", "hd": "acme.example", "email": "alice@acme.example",
            "email_verified": true, "name": "Alice", "nonce": .string(secrets.nonce),
            "iat": .integer(Self.now.seconds), "exp": .integer(Self.now.seconds + 3600),
        ]
        change(&claims)
        var answer: JSONObject = [
            "access_token": "ya29.person", "token_type": "Bearer", "id_token": .string(try key.issue(claims: claims)),
        ]
        answer["refresh_token"] = refreshToken.map { .string($0) }
        let tokens = answer.text
        transport.on(Self.token) { request throws(TransportError) in
            let isServiceAccount = String(decoding: request.body ?? Data(), as: UTF8.self).contains("jwt-bearer")
            return .json(isServiceAccount ? #"{"access_token":"ya29.sa","token_type":"Bearer"}"# : tokens)
        }
    }
}
