import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import Testing

@testable import GoogleProvider

@Suite struct DirectoryTests {
    static let users = "https://admin.googleapis.com/admin/directory/v1/users"
    static let token = "https://oauth2.googleapis.com/token"
    static let person = "110169484474386276334"

    let world: World
    var network: ScriptedTransport { world.bench.transport }
    init() throws {
        world = try World()
        network.on(Self.token, json: #"{"access_token":"ya29.dir","token_type":"Bearer","expires_in":3600}"#)
    }

    private func provider(
        domain: String? = nil, now: Timestamp = World.now,
        _ change: (inout GoogleProvider.Settings) -> Void = { _ in }
    ) throws -> GoogleProvider {
        var settings = GoogleProvider.Settings(
            clientID: World.clientID, clientSecret: try unwrap(SecretReference("env:GOOGLE")))
        settings.hostedDomains = ["acme.example"]
        settings.directory = .init(
            serviceAccount: try unwrap(SecretReference("file:/sa.json")), subject: "admin@acme.example", domain: domain)
        change(&settings)
        return try GoogleProvider(id: "acme", settings: settings, context: world.context)
    }

    private func entry(_ id: String = person, _ more: String = #""suspended":false,"archived":false"#) -> String {
        #"{"id":"\#(id)","primaryEmail":"alice@acme.example","name":{"fullName":"Alice"},\#(more)}"#
    }

    private func page(_ entries: [String], next: String? = nil) -> String {
        let users = entries.isEmpty ? "" : #","users":[\#(entries.joined(separator: ","))]"#
        return #"{"kind":"admin#directory#users"\#(users)\#(next.map { #","nextPageToken":"\#($0)""# } ?? "")}"#
    }

    private func subject(_ id: String = person) -> SubjectKey {
        SubjectKey(connection: "acme", issuer: World.issuer, subject: id)
    }

    private let notFound = #"{"error":{"code":404,"message":"no","errors":[{"reason":"notFound"}]}}"#

    // MARK: Listing

    @Test func `a person has the same key in the list as after a login`() async throws {
        let provider = try provider()
        try world.grant()
        network.silence(Self.token)
        let login = try await world.bench.login(provider)
        network.on(Self.users, json: page([entry()]))
        let listed = try unwrap(try await provider.changes(since: nil).people.first)
        #expect(listed.subject == login.subject)
        #expect(listed.email == login.email)
        #expect(listed.displayName == login.displayName)
        #expect(listed.status == .active)
    }

    @Test func `people come page by page, then the deleted ones, then from the start`() async throws {
        network.on(Self.users) { [self] request in
            if request.parameter("showDeleted") == "true" {
                return .json(page([entry("3", #""suspended":false,"deletionTime":"2026-01-01T00:00:00Z""#)]))
            }
            return .json(
                request.parameter("pageToken") == "p2" ? page([entry("2")]) : page([entry("1")], next: "p2"))
        }
        let provider = try provider()
        var cursor: Data?
        var seen: [String] = []
        for more in [true, true, false] {
            let page = try await provider.changes(since: cursor)
            seen += page.people.map { "\($0.subject.subject) \($0.status)" }
            #expect(page.hasMore == more)
            cursor = page.cursor
        }
        #expect(seen == ["1 active", "2 active", "3 gone"])
        let again = try await provider.changes(since: cursor)
        #expect(again.people.map(\.subject.subject) == ["1"])
        let first = try unwrap(network.requests(to: Self.users).first)
        #expect(first.parameter("customer") == "my_customer")
        #expect(first.headerFields[.authorization] == "Bearer ya29.dir")
    }

    @Test func `one domain is listed where it is configured`() async throws {
        network.on(Self.users, json: page([]))
        #expect(try await provider(domain: "acme.example").changes(since: nil).people.isEmpty)
        #expect(network.requests(to: Self.users).first?.parameter("domain") == "acme.example")
    }

    static let states: [(String, DirectoryStatus)] = [
        (#""suspended":false"#, .active), (#""suspended":false,"archived":false"#, .active),
        (#""suspended":true"#, .gone), (#""suspended":false,"archived":true"#, .gone),
        (#""suspended":true,"suspensionReason":"ADMIN""#, .gone),
        (#""suspended":true,"suspensionReason":"WEB_LOGIN_REQUIRED""#, .unknown),
        (#""suspended":"true""#, .unknown), (#""archived":false"#, .unknown),
        (#""suspended":false,"archived":1"#, .unknown),
    ]

    @Test(arguments: states)
    func `only Google's own clear word makes somebody gone`(said: String, status: DirectoryStatus) async throws {
        network.on(Self.users, json: page([entry(Self.person, said)]))
        #expect(try await provider().changes(since: nil).people.map(\.status) == [status])
        network.on("\(Self.users)/\(Self.person)", json: entry(Self.person, said))
        #expect(try await provider().status(of: subject()) == status)
    }

    @Test func `an entry among the deleted without a time of deletion is unknown`() async throws {
        let first = try await { () async throws -> DirectoryPage in
            network.on(Self.users, json: page([]))
            return try await provider().changes(since: nil)
        }()
        network.on(Self.users, json: page([entry()]))
        #expect(try await provider().changes(since: first.cursor).people.map(\.status) == [.unknown])
    }

    @Test(arguments: [
        "{}", "[]", "<html>", #"{"kind":"admin#directory#users","users":{}}"#,
        #"{"kind":"admin#directory#users","users":[{"primaryEmail":"a@acme.example","suspended":true}]}"#,
        #"{"kind":"admin#directory#users","nextPageToken":7}"#, #"{"error":{"code":403}}"#,
        #"{"kind":"admin#directory#groups"}"#,
    ])
    func `a page that is not a whole list is an error, and nobody is gone`(body: String) async throws {
        network.on(Self.users, json: body)
        let provider = try provider()
        #expect(await refusal { () async throws(LoginError) in try await provider.changes(since: nil) } != nil)
    }

    @Test func `a page longer than asked for, or one that names itself as the next, is an error`() async throws {
        network.on(Self.users, json: page((0..<201).map { entry("\($0)") }))
        let provider = try provider()
        #expect(await refusal { () async throws(LoginError) in try await provider.changes(since: nil) } != nil)
        network.on(Self.users, json: page([entry()], next: "p"))
        let cursor = try await provider.changes(since: nil).cursor
        let error = await refusal { () async throws(LoginError) in
            try await provider.changes(since: cursor)
        }
        #expect(error?.code == .upstreamInvalid)
    }

    // MARK: One person

    @Test func `a person who is not found is gone where every admitted domain is listed by the same token`()
        async throws
    {
        network.on("\(Self.users)/\(Self.person)", json: notFound, status: 404)
        network.on(Self.users, json: page([entry("1")]))
        #expect(try await provider().status(of: subject()) == .gone)
        #expect(network.requests(to: Self.users).map { $0.parameter("domain") } == ["acme.example"])
    }

    @Test func `a person who is not found may be of another Workspace, or of none`() async throws {
        network.on("\(Self.users)/\(Self.person)", json: notFound, status: 404)
        network.on(Self.users) { [self] request in
            request.parameter("domain") == "acme.example"
                ? .json(page([entry("1")])) : .json(notFound, status: 404)
        }
        #expect(
            try await provider { $0.hostedDomains = ["acme.example", "other.example"] }.status(of: subject())
                == .unknown)
        #expect(try await provider { $0.hostedDomains = [] }.status(of: subject()) == .unknown)
        #expect(try await provider { $0.allowConsumerAccounts = true }.status(of: subject()) == .unknown)
        network.on(Self.users, json: page([]))
        #expect(try await provider().status(of: subject()) == .unknown)
    }

    @Test(arguments: ["{}", "<html>", #"{"error":{"code":404,"errors":[{"reason":"domainNotFound"}]}}"#])
    func `a 404 that is not about the person is unknown`(body: String) async throws {
        network.on(Self.users, json: page([entry("1")]))
        network.on("\(Self.users)/\(Self.person)", json: body, status: 404)
        #expect(try await provider().status(of: subject()) == .unknown)
    }

    @Test func `an answer about somebody else, and a key that is not this connection's, are unknown`() async throws {
        network.on("\(Self.users)/\(Self.person)", json: entry("7", #""suspended":true"#))
        let provider = try provider()
        #expect(try await provider.status(of: subject()) == .unknown)
        #expect(try await provider.status(of: subject("../groups")) == .unknown)
        for key in [
            SubjectKey(connection: "other", issuer: World.issuer, subject: Self.person),
            SubjectKey(connection: "acme", issuer: "https://evil.example", subject: Self.person),
            SubjectKey(connection: "acme", issuer: World.issuer, tenant: "t", subject: Self.person),
        ] { #expect(try await provider.status(of: key) == .unknown) }
    }

    // MARK: Refusals

    @Test(arguments: [400, 401, 403, 429, 500, 503])
    func `a directory that refuses says nothing of anybody, and no token is told`(status: Int) async throws {
        for address in [Self.users, "\(Self.users)/\(Self.person)"] {
            network.on(address) { _ in .json(#"{"error":{"code":1}}"#, status: .init(code: status), retryAfter: "120") }
        }
        let provider = try provider(), key = subject()
        let errors = [
            await refusal { () async throws(LoginError) in try await provider.changes(since: nil) },
            await refusal { () async throws(LoginError) in try await provider.status(of: key) },
        ]
        let code: LoginError.Code =
            status == 400 ? .upstreamInvalid : status < 429 ? .upstreamError : .upstreamUnavailable
        #expect(errors.map { $0?.code } == [code, code])
        #expect(errors.allSatisfy { $0?.detail.contains("ya29") == false })
        if status == 429 { #expect(errors.allSatisfy { $0?.detail.hasSuffix("Retry-After 120") == true }) }
    }

    @Test func `a connection without a directory answers that it has none`() async throws {
        let provider = try provider { $0.directory = nil }, key = subject()
        let errors = [
            await refusal { () async throws(LoginError) in try await provider.changes(since: nil) },
            await refusal { () async throws(LoginError) in try await provider.status(of: key) },
        ]
        #expect(errors.map { $0?.code } == [.notConfigured, .notConfigured])
    }

    @Test(arguments: ["", "[]", #"{"scope":"google","values":{}}"#, #"{"values":{"token":"x"}}"#])
    func `a cursor of other settings, or none of ours, is refused by its rule`(text: String) async throws {
        let provider = try provider()
        let error = await refusal { () async throws(LoginError) in
            try await provider.changes(since: Data(text.utf8))
        }
        #expect(error?.rule == "directory_cursor")
        network.on(Self.users, json: page([entry()], next: "p2"))
        let foreign = try await self.provider(domain: "acme.example").changes(since: nil).cursor
        let other = await refusal { () async throws(LoginError) in try await provider.changes(since: foreign) }
        #expect(other?.rule == "directory_cursor")
    }

    // MARK: Tokens and groups

    @Test func `a token serves until shortly before it ends, and not after it was refused`() async throws {
        network.on(Self.users, json: page([entry()]))
        let provider = try provider()
        _ = try await provider.changes(since: nil)
        _ = try await provider.changes(since: nil)
        #expect(network.requests(to: Self.token).count == 1)
        network.on(Self.users, json: "{}", status: 401)
        _ = await refusal { () async throws(LoginError) in try await provider.changes(since: nil) }
        network.on(Self.users, json: page([entry()]))
        _ = try await provider.changes(since: nil)
        #expect(network.requests(to: Self.token).count == 2)
    }

    @Test func `a token without a lifetime, or with a minute of it, is used once`() async throws {
        network.on(Self.users, json: page([]))
        for lifetime in ["", #","expires_in":60"#, #","expires_in":-5"#] {
            network.on(Self.token, json: #"{"access_token":"ya29","token_type":"Bearer"\#(lifetime)}"#)
            let provider = try provider(), before = network.requests(to: Self.token).count
            _ = try await provider.changes(since: nil)
            _ = try await provider.changes(since: nil)
            #expect(network.requests(to: Self.token).count == before + 2)
        }
    }

    @Test func `groups come with each person where a lookup is configured`() async throws {
        let file = try unwrap(SecretReference("file:/sa.json"))
        let groups = "https://admin.googleapis.com/admin/directory/v1/groups"
        network.on(Self.users, json: page([entry()]))
        network.on(groups, json: #"{"kind":"admin#directory#groups","groups":[{"email":"staff@acme.example"}]}"#)
        let provider = try provider { $0.groups = .init(serviceAccount: file, subject: "admin@acme.example") }
        let people = try await provider.changes(since: nil).people
        #expect(people.map(\.groups) == [GroupSet(["staff@acme.example"], completeness: .complete)])
        network.on(groups, json: "{}", status: 403)
        #expect(try await provider.changes(since: nil).people.map(\.groups.completeness) == [.failed])
        network.on(groups, json: "{}", status: 429)
        let error = await refusal { () async throws(LoginError) in try await provider.changes(since: nil) }
        #expect(error?.code == .upstreamUnavailable)
        #expect(try await self.provider().changes(since: nil).people.map(\.groups) == [.unsupported])
    }

    // MARK: Settings

    @Test func `lint names the scope that is missing, and asks with a new token`() async throws {
        network.on(Self.users, json: "{}", status: 403)
        let finding = try unwrap(try await provider().directoryFindings().first)
        #expect(finding.severity == .error && finding.path == ["directory"])
        #expect(finding.text.contains("admin.directory.user.readonly"))
        #expect(try await provider().lint().contains(finding))
        network.on(Self.users, json: page([]))
        #expect(try await provider().directoryFindings().map(\.severity) == [.warning])
        network.on(Self.users, json: page([entry()]))
        #expect(try await provider().directoryFindings().isEmpty)
        #expect(network.requests(to: Self.token).count == 4)
    }

    @Test func `a directory acts for an administrator's address and lists a Workspace's domain`() throws {
        #expect(throws: SettingsError.self) { try provider(domain: "gmail.com") }
        #expect(throws: SettingsError.self) { try provider { $0.directory?.subject = "admin" } }
    }
}
