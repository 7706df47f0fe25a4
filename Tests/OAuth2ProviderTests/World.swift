import Broker
import ConformanceKit
import Foundation
import OAuth2Provider

/// A server, and one connection to it.
struct World {
    static let clientID = "broker-acme"
    static let secret = "S3CR3T-client-value"
    static let code = "C0DE-value"
    static let accessToken = "ACC3SS-value"

    let bench: KitBench
    let secrets = LoginSecrets.kit

    var clock: KitClock { bench.clock }
    var transport: ScriptedTransport { bench.transport }
    var log: LogCapture { bench.log }
    var callbackURL: URL { bench.callbackURL }
    var context: ProviderContext { bench.context }

    init() throws {
        var bench = KitBench()
        bench.secrets = ["env:ACME": Self.secret]
        self.bench = bench
        for path in ["/token", "/login/oauth/access_token"] {
            transport.on(path, json: #"{"access_token":"ACC3SS-value","token_type":"bearer","scope":""}"#)
        }
        transport.on("/me", json: Self.person())
        transport.on("/user", json: #"{"id":583231,"login":"octocat","name":"Mona","email":"public@evil.example"}"#)
        transport.on(
            "/user/emails",
            json: #"[{"email":"mona@home.example","primary":true,"verified":true,"visibility":"public"}]"#)
    }

    /// A UserInfo answer; nil leaves a claim out.
    static func person(id: String? = "\"u1\"", verified: String? = "true", more: String = "") -> String {
        let members = [
            id.map { "\"id\":\($0)" }, #""email":"alice@acme.example""#, verified.map { "\"email_verified\":\($0)" },
            #""name":"Alice""#, more.isEmpty ? nil : more,
        ]
        return "{\(members.compactMap(\.self).joined(separator: ","))}"
    }

    func custom(_ change: (inout OAuth2Provider.Settings) -> Void = { _ in }) throws -> OAuth2Provider {
        var settings = OAuth2Provider.Settings(
            profile: .custom, clientID: Self.clientID, clientSecret: try unwrap(SecretReference("env:ACME")))
        settings.authorizationEndpoint = "https://auth.example/authorize?tenant=t1"
        settings.tokenEndpoint = "https://auth.example/token"
        settings.userInfoURL = "https://api.example/me"
        settings.claims = OAuth2Provider.Settings.ClaimNames(subject: "id")
        change(&settings)
        return try OAuth2Provider(id: "acme", settings: settings, context: context)
    }

    func gitHub(_ change: (inout OAuth2Provider.Settings) -> Void = { _ in }) throws -> OAuth2Provider {
        var settings = OAuth2Provider.Settings(
            profile: .github, clientID: Self.clientID, clientSecret: try unwrap(SecretReference("env:ACME")))
        change(&settings)
        return try OAuth2Provider(id: "acme", settings: settings, context: context)
    }

    func login(_ provider: OAuth2Provider) async throws -> VerifiedIdentity { try await bench.login(provider) }

    /// What a login was refused with, or nil where it was not.
    func refusal(_ provider: OAuth2Provider, _ callback: LoginCallback? = nil) async throws -> LoginError? {
        await bench.refusal(provider, callback)
    }

    func sent(_ path: String) throws -> OutboundRequest {
        try unwrap(transport.requests.first { $0.url.path() == path })
    }
}
