import Broker
import CognitoProvider
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import Testing

@Suite struct SettingsTests {
    let world: World
    init() throws { world = try World() }

    private func path(_ settings: [String: SettingsValue]) -> String? {
        var all: [String: SettingsValue] = [
            "region": .string("eu-central-1"), "userPoolID": .string(World.pool), "clientID": .string(World.clientID),
        ]
        all.merge(settings) { $1 }
        return settingsProblems(CognitoProvider.self, all, world.bench.context).first
    }

    @Test func `three keys are enough, and every key of the form is read`() throws {
        #expect(path([:]) == nil)
        let full: [String: SettingsValue] = [
            "clientSecret": .string("env:COGNITO"), "domain": .string("login.acme.example"),
            "logoutURI": .string("https://b.example/vestibule/signed-out"), "identityProvider": .string("Google"),
            "scopes": .array([.string("openid")]), "usesGroups": .bool(true), "trustFederatedEmail": .bool(true),
            "endpoint": .string("http://127.0.0.1:5000"),
            "directory": .object([
                "accessKeyID": .string("env:KEY"), "secretAccessKey": .string("env:SECRET"),
                "sessionToken": .string("file:/token"),
            ]),
        ]
        #expect(path(full) == nil)
        #expect(
            Set(CognitoProvider.form.fields.map(\.key)) == Set(full.keys).union(["region", "userPoolID", "clientID"]))
    }

    @Test func `settings survive being written and read again`() throws {
        let settings = try world.provider {
            $0.usesGroups = true
            $0.trustFederatedEmail = true
            $0.logoutURI = "https://b.example/out"
        }.settings
        #expect(
            try JSONDecoder().decode(CognitoProvider.Settings.self, from: JSONEncoder().encode(settings)) == settings)
    }

    static let wrong: [(String, String)] = [
        ("region", "eu-central-1.evil.example/"), ("region", "EU-CENTRAL-1"), ("region", "evil"),
        ("userPoolID", "eu-west-1_AbCdEfGhI"), ("userPoolID", "eu-central-1_../x"), ("userPoolID", "AbCdEfGhI"),
        ("userPoolID", "eu-central-1_"), ("domain", "https://acme-login"), ("domain", "acme/evil"),
        ("domain", "acme:8443"), ("domain", "-acme"), ("domain", "acme..example"), ("domain", "a@evil.example"),
        ("endpoint", "https://evil.example"), ("endpoint", "http://127.0.0.1.evil.example"),
        ("endpoint", "http://127.0.0.1:5000/path"), ("endpoint", "http://127.0.0.1:5000?x=1"),
        ("logoutURI", "http://b.example/out"), ("clientSecret", "hunter2"), ("trustfederatedemail", "x"),
    ]

    @Test(arguments: wrong) func `names the key that is wrong`(key: String, value: String) {
        #expect(path([key: .string(value)]) == key)
    }

    @Test func `a sign-out needs the pool's domain, and openid is always asked for`() {
        #expect(path(["logoutURI": .string("https://b.example/out")]) == "domain")
        #expect(path(["scopes": .array([.string("email")])]) == "scopes")
    }

    @Test func `a public app client has no secret and sends none`() async throws {
        try world.grant()
        let provider = try world.provider { $0.clientSecret = nil }
        _ = try await world.bench.login(provider)
        let sent = try unwrap(world.bench.transport.requests.last { $0.url.path() == "/oauth2/token" })
        #expect(sent.headerFields[.authorization] == nil)
        #expect(try CallbackParameters(formEncoded: sent.body ?? Data())["client_id"] == World.clientID)
        #expect(!(await provider.lint()).contains { $0.severity == .error })
    }

    // MARK: Sign-out and lint

    private func logout(_ provider: CognitoProvider) async throws -> LogoutStep {
        let url = try unwrap(URL(string: "https://b.example/vestibule/cb/acme/logout"))
        return try await provider.beginLogout(
            LogoutRequest(
                subject: SubjectKey(connection: "acme", issuer: World.issuer, subject: "u"),
                session: UpstreamSession(sessionID: nil), returnURL: url, state: "s1", requestID: "_r1"))
    }

    @Test func `signs out by Cognito's own link, with nothing that it does not know`() async throws {
        let target = "https://b.example/vestibule/signed-out"
        guard case .redirect(let url) = try await logout(try world.provider { $0.logoutURI = target }) else {
            throw KitFailure("another outcome")
        }
        #expect(
            url.absoluteString == World.host + "/logout?client_id=\(World.clientID)"
                + "&logout_uri=https%3A%2F%2Fb.example%2Fvestibule%2Fsigned-out")
    }

    @Test func `without the pool's domain nobody is sent to a page of errors`() async throws {
        let provider = try world.provider { $0.domain = nil }
        guard case .notConfigured = try await logout(provider) else { throw KitFailure("another outcome") }
        #expect(await provider.lint().map(\.path) == [["domain"]])
    }

    @Test func `a logout message that Cognito never sends is refused`() async throws {
        let token = try world.key.issue(claims: world.claims, typ: "logout+jwt")
        let callback = try world.bench.callback("logout_token=\(token)", method: .post, endpoint: .logout)
        let provider = try world.provider()
        let error = await #expect(throws: LoginError.self) { _ = try await provider.receiveLogout(callback) }
        #expect(error?.code == .notConfigured)
    }

    @Test func `a sound connection has no findings, and a wrong pool is named`() async throws {
        let provider = try world.provider { $0.logoutURI = "https://b.example/out" }
        #expect(await provider.lint().isEmpty)
        world.publish { $0["issuer"] = .string(World.origin + "/eu-central-1_ZzZzZzZzZ") }
        #expect(
            await (try world.provider { $0.logoutURI = "https://b.example/out" }).lint().contains {
                $0.path == ["userPoolID"] && $0.severity == .error
            })
    }
}
