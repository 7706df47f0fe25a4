import Broker
import ConformanceKit
import Foundation
import JOSE
import OIDCProvider

/// An OP with its keys, and one connection to it.
struct World {
    static let issuer = "https://op.example/t1"
    static let clientID = "broker-acme"
    static let secret = "S3CR3T-client-value"
    static let code = "C0DE-value"
    static let accessToken = "ACC3SS-value"
    static let refreshToken = "R3FR3SH-value"

    let bench: KitBench
    let key: SigningKey
    let secrets = LoginSecrets.kit

    var clock: KitClock { bench.clock }
    var transport: ScriptedTransport { bench.transport }
    var log: LogCapture { bench.log }
    var callbackURL: URL { bench.callbackURL }
    var context: ProviderContext { bench.context }

    init() throws {
        var bench = KitBench()
        bench.clientSecret = Self.secret
        self.bench = bench
        key = try SigningKey.generate(.es256, kid: "k1")
        publishDocument()
        transport.publish([key], at: "/t1/jwks")
    }

    /// The metadata as `publishDocument` wrote it without a change.
    var document: String? {
        var document: String?
        publishDocument { document = $0.text }
        return document
    }

    func publishDocument(_ change: (inout JSONObject) -> Void = { _ in }) {
        var document: JSONObject = [
            "issuer": .string(Self.issuer), "authorization_endpoint": .string(Self.issuer + "/authorize"),
            "token_endpoint": .string(Self.issuer + "/token"), "jwks_uri": .string(Self.issuer + "/jwks"),
            "userinfo_endpoint": .string(Self.issuer + "/userinfo"),
            "end_session_endpoint": .string(Self.issuer + "/logout"),
            "authorization_response_iss_parameter_supported": true,
            "id_token_signing_alg_values_supported": ["ES256"], "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "response_modes_supported": ["query", "form_post"], "scopes_supported": ["openid", "profile", "email"],
        ]
        change(&document)
        transport.on("/t1/.well-known/openid-configuration", json: document.text)
    }

    func provider(_ change: (inout OIDCProvider.Settings) -> Void = { _ in }) throws -> OIDCProvider {
        var settings = OIDCProvider.Settings(
            issuer: Self.issuer, clientID: Self.clientID, clientSecret: SecretReference("env:ACME"))
        change(&settings)
        return try OIDCProvider(id: "acme", settings: settings, context: context)
    }

    func request() -> LoginRequest { bench.request() }

    func pending(_ requirements: AuthenticationRequirements = .none) -> PendingLogin { bench.pending(requirements) }

    var claims: JSONObject {
        [
            "iss": .string(Self.issuer), "aud": .string(Self.clientID), "sub": "u1", "nonce": .string(secrets.nonce),
            "exp": .integer(clock.now.seconds + 300), "iat": .integer(clock.now.seconds), "name": "Alice",
            "email": "alice@acme.example", "email_verified": true, "sid": "sid1", "jti": "j-1",
        ]
    }

    /// Makes the token endpoint give an ID token with these claims; returns the token.
    @discardableResult func grant(
        refreshToken: String? = nil, typ: String? = "JWT", _ change: (inout JSONObject) -> Void = { _ in }
    ) throws -> String {
        var claims = claims
        change(&claims)
        let token = try key.issue(claims: claims, typ: typ)
        transport.grant(
            at: "/t1/token", idToken: token, accessToken: Self.accessToken, refreshToken: refreshToken)
        return token
    }

    func callback(
        _ query: String = "code=C0DE-value&state=STAT3-value&iss=https%3A%2F%2Fop.example%2Ft1",
        method: LoginCallback.Method = .get, endpoint: CallbackEndpoint = .login
    ) throws -> LoginCallback {
        try bench.callback(query, method: method, endpoint: endpoint)
    }

    func login(_ provider: some IdentityProvider) async throws -> VerifiedIdentity {
        try await bench.login(provider, try callback())
    }
}
