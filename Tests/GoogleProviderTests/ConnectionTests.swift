import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import OIDCProvider
import Testing

@testable import GoogleProvider

@Suite struct ConnectionTests {
    let world: World
    init() throws { world = try World() }

    private func path(_ settings: [String: SettingsValue]) -> String? {
        var all: [String: SettingsValue] = [
            "clientID": .string(World.clientID), "clientSecret": .string("env:GOOGLE"),
        ]
        all.merge(settings) { $1 }
        return settingsProblems(GoogleProvider.self, all, world.context).first
    }

    @Test func `two keys are enough, and every key of the form is read`() {
        #expect(path([:]) == nil)
        let full: [String: SettingsValue] = [
            "hostedDomains": .array([.string("acme.example")]), "allowConsumerAccounts": .bool(true),
            "offlineAccess": .bool(true), "endpoint": .string("http://google.localhost:9000"),
            "groups": .object([
                "serviceAccount": .string("file:/sa.json"), "subject": .string("admin@acme.example"),
                "scope": .string("indirect"),
            ]),
            "directory": .object([
                "serviceAccount": .string("file:/sa.json"), "subject": .string("admin@acme.example"),
                "domain": .string("acme.example"),
            ]),
        ]
        #expect(path(full) == nil)
        #expect(
            Set(GoogleProvider.form.fields.map(\.key)) == Set(full.keys).union(["clientID", "clientSecret"]))
        #expect(GoogleProvider.form.fields.allSatisfy { !$0.help.isEmpty })
    }

    @Test func `names the key that is wrong`() {
        #expect(path(["clientSecret": .null]) == "clientSecret")
        #expect(path(["clientSecret": .string("hunter2")]) == "clientSecret")
        #expect(path(["issuer": .string("https://accounts.google.com")]) == "issuer")
        #expect(path(["hostedDomain": .string("acme.example")]) == "hostedDomain")
        for domain in ["acme", "*", "*.acme.example", "alice@acme.example", "gmail.com", "GoogleMail.com"] {
            #expect(path(["hostedDomains": .array([.string(domain)])]) == "hostedDomains.0", "\(domain)")
        }
        for endpoint in [
            "https://accounts.google.evil.example", "http://10.0.0.1", "http://localhost:1/", "http://localhost:1/x",
            "http://localhost?x=1",
        ] {
            #expect(path(["endpoint": .string(endpoint)]) == "endpoint", "\(endpoint)")
        }
        let account: SettingsValue = .string("file:/sa.json")
        #expect(path(["groups": .object(["serviceAccount": account])]) == "groups.subject")
        #expect(path(["groups": .object(["subject": .string("a@acme.example")])]) == "groups.serviceAccount")
        #expect(
            path(["groups": .object(["serviceAccount": account, "subject": .string("admin")])]) == "groups.subject")
    }

    @Test func `settings survive being written and read again`() throws {
        let settings = try world.provider(.indirect).settings
        let again = try JSONDecoder().decode(GoogleProvider.Settings.self, from: JSONEncoder().encode(settings))
        #expect(again == settings)
    }

    @Test func `a stand-in on this machine has everything in one place`() async throws {
        let base = "http://google.localhost:9000"
        world.publish(issuer: base, host: "google.localhost", token: base + "/token")
        let file = try unwrap(SecretReference("file:/sa.json"))
        let provider = try world.provider {
            $0.endpoint = base
            $0.groups = .init(serviceAccount: file, subject: "admin@acme.example")
        }
        try world.grant { $0["iss"] = .string(base) }
        world.transport.on("google.localhost/token", json: #"{"access_token":"a","token_type":"Bearer"}"#)
        world.transport.on(
            "google.localhost/admin/directory/v1/groups",
            json: #"{"kind":"admin#directory#groups","groups":[{"email":"s@acme.example"}]}"#)
        #expect(try await world.parameters(provider)["client_id"] == World.clientID)
        let identity = VerifiedIdentity(subject: SubjectKey(connection: "acme", issuer: base, subject: "1"))
        #expect(await provider.groups(of: identity) == GroupSet(["s@acme.example"], completeness: .complete))
        #expect(world.transport.requests.allSatisfy { $0.url.host() == "google.localhost" })
    }

    // MARK: Abilities

    @Test func `Google has no sign-out, and has the other abilities`() async throws {
        let url = try unwrap(URL(string: "https://portal.example/out"))
        let subject = SubjectKey(connection: "acme", issuer: World.issuer, subject: "1")
        let step = try await world.provider().beginLogout(
            LogoutRequest(
                subject: subject, session: UpstreamSession(sessionID: nil), returnURL: url, state: "s", requestID: "r"))
        guard case .notConfigured = step else { throw KitFailure("another outcome") }
        let ability: any IdentityProvider = try world.provider()
        #expect(ability is any SessionRefresher && ability is any GroupSource && ability is any SettingsLint)
        #expect(await (try world.provider()).refreshTrust().keys.map(\.id) == ["k1"])
    }

    @Test func `a refresh asks again whether the Workspace is the right one, and for groups`() async throws {
        let provider = try world.provider(.direct)
        world.transport.on(World.directory, json: #"{"kind":"admin#directory#groups","groups":[{"email":"a@b.c"}]}"#)
        try world.grant(refreshToken: "1//r")
        let identity = try await world.bench.login(provider)
        let session = try unwrap(identity.upstream)
        world.transport.on(World.directory, json: #"{"kind":"admin#directory#groups"}"#)
        guard case .updated(let later) = try await provider.refresh(session, of: identity.subject) else {
            throw KitFailure("another outcome")
        }
        #expect(identity.groups.values == ["a@b.c"])
        #expect(later.groups == GroupSet([], completeness: .complete))
        for hosted: JSONValue? in ["evil.example", nil] as [JSONValue?] {
            try world.grant { $0["hd"] = hosted }
            guard case .revoked(let denial) = try await provider.refresh(session, of: identity.subject) else {
                throw KitFailure("another outcome")
            }
            #expect(denial.reason == .notAdmitted)
        }
        world.transport.on(World.token, json: #"{"error":"invalid_grant"}"#, status: .badRequest)
        guard case .revoked = try await provider.refresh(session, of: identity.subject) else {
            throw KitFailure("another outcome")
        }
    }

    // MARK: Lint

    @Test func `a sound connection has no findings, and a lookup is tried`() async throws {
        #expect(try await world.provider().lint().isEmpty)
        try world.grant()
        world.transport.on(World.directory, json: #"{"kind":"admin#directory#groups"}"#)
        #expect(try await world.provider(.direct).lint().isEmpty)
        let request = try unwrap(world.transport.requests(to: World.directory).first)
        #expect(request.url.query()?.contains("userKey=admin%40acme.example") == true)
        world.transport.on(World.directory, json: "{}", status: .forbidden)
        let findings = try await world.provider(.direct).lint()
        #expect(findings.map(\.path) == [["groups"]] && findings.map(\.severity) == [.error])
    }

    @Test func `lint says what is open, and that Google is away`() async throws {
        let open = try await world.provider { $0.hostedDomains = [] }.lint()
        #expect(open.map(\.path) == [["hostedDomains"]] && open.map(\.severity) == [.warning])
        world.transport.on("accounts.google.com/.well-known/openid-configuration", json: "{}", status: .badGateway)
        let away = try await world.provider().lint()
        #expect(away.map(\.severity) == [.error] && away.map(\.path) == [[]])
        let secretless = try world.provider { $0.clientSecret = SecretReference("env:OTHER") ?? $0.clientSecret }
        #expect(await secretless.lint().first?.path == ["clientSecret"])
    }

    // MARK: Secrets

    @Test func `no error or finding carries a key, an assertion or a token`() async throws {
        var seen: [String] = []
        let pem = try unwrap(try JSONObject.parse(Data(world.keyFile.utf8)).string("private_key"))
        let marks = [String(pem.dropFirst(40).prefix(40)), "ya29.sa", "S3CR3T-client-value", "eyJhbGciOi"]
        let echo = marks.joined(separator: " ")
        for body in [echo, #"{"error":"\#(echo)"}"#, #"{"error":"invalid_scope","error_description":"\#(echo)"}"#] {
            for status in [HTTPResponse.Status.ok, .badRequest, .forbidden, .badGateway] {
                world.transport.on(World.token, json: body, status: status)
                seen += try await world.provider(.direct).lint().map(\.text)
                if let error = await world.bench.refusal(try world.provider(.direct)) {
                    seen.append("\(error) \(error.detail)")
                }
                try world.grant()
                world.transport.on(World.directory, json: body, status: status)
                seen += try await world.provider(.direct).lint().map(\.text)
            }
        }
        #expect(seen.count == 36)
        let text = seen.joined(separator: "\n")
        for mark in marks { #expect(!text.contains(mark), "\(mark)") }
    }
}
