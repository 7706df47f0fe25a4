import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import Testing

@testable import EntraProvider

@Suite struct DirectoryTests {
    static let graph = "https://graph.microsoft.com/v1.0"
    static let delta = graph + "/users/delta"
    static let person = "\(graph)/users/\(World.person)"
    static let next = delta + "?$skiptoken=n1"

    let world: World
    var network: ScriptedTransport { world.bench.transport }
    init() throws {
        world = try World()
        for tenant in [World.tenantA, World.tenantB] { grant(tenant) }
    }

    private func token(_ tenant: String) -> String { "\(World.login)/\(tenant)/oauth2/v2.0/token" }

    private func grant(_ tenant: String) {
        network.on(
            token(tenant), json: #"{"access_token":"app-\#(tenant)","token_type":"Bearer","expires_in":3599}"#)
    }

    private func provider(
        _ tenants: [String] = [World.tenantA], groups: Bool = false, now: Timestamp? = nil,
        _ change: (inout EntraProvider.Settings) -> Void = { _ in }
    ) throws -> EntraProvider {
        var settings = EntraProvider.Settings(
            tenants: tenants, clientID: World.clientID, clientSecret: try unwrap(SecretReference("env:E")))
        settings.directory = .init(enabled: true, groups: groups)
        change(&settings)
        var context = world.context
        if let now { context.time = TimeSource { now } }
        return try EntraProvider(id: "acme", settings: settings, context: context)
    }

    private func entry(_ more: String = #""accountEnabled":true"#, _ id: String = World.person) -> String {
        #"{"id":"\#(id)","mail":"alice@acme.example","displayName":"Alice",\#(more)}"#
    }

    private func page(
        _ entries: [String], next: String? = nil, delta: String? = Self.delta + "?$deltatoken=d1"
    ) -> String {
        let link = next.map { #""@odata.nextLink":"\#($0)""# } ?? #""@odata.deltaLink":"\#(delta ?? "")""#
        return #"{"value":[\#(entries.joined(separator: ","))],\#(link)}"#
    }

    private func subject(_ tenant: String = World.tenantA, _ id: String = World.person) -> SubjectKey {
        SubjectKey(connection: "acme", issuer: World.issuer(tenant), tenant: tenant, subject: id)
    }

    private let notFound = #"{"error":{"code":"Request_ResourceNotFound","message":"no"}}"#

    private func refused(_ provider: EntraProvider, _ cursor: Data? = nil) async -> LoginError? {
        await refusal { () async throws(LoginError) in try await provider.changes(since: cursor) }
    }

    // MARK: Listing

    @Test func `a person has the same key in the list as after a login`() async throws {
        try world.grant()
        let login = try await world.bench.login(try provider())
        grant(World.tenantA)
        network.on(Self.delta, json: page([entry()]))
        let listed = try unwrap(try await provider().changes(since: nil).people.first)
        #expect(listed.subject == login.subject)
        #expect(listed.email?.address == login.email?.address)
        #expect(listed.displayName == login.displayName)
    }

    @Test func `pages follow one another, and what changes later comes from the delta link`() async throws {
        network.on(Self.delta) { [self] request in
            switch request.url.query() ?? "" {
            case "$skiptoken=n1": .json(page([entry(#""accountEnabled":false"#)]))
            case "$deltatoken=d1": .json(page([], delta: Self.delta + "?$deltatoken=d2"))
            default: .json(page([entry()], next: Self.next))
            }
        }
        let provider = try provider()
        let first = try await provider.changes(since: nil)
        #expect(first.hasMore && first.people.map(\.status) == [.active])
        let second = try await provider.changes(since: first.cursor)
        #expect(!second.hasMore && second.people.map(\.status) == [.gone])
        let third = try await provider.changes(since: second.cursor)
        #expect(!third.hasMore && third.people.isEmpty)
        let requests = network.requests(to: Self.delta)
        #expect(requests.map { $0.url.query()?.hasPrefix("$select=id,accountEnabled") } == [true, false, false])
        #expect(requests.allSatisfy { $0.headerFields[.authorization] == "Bearer app-\(World.tenantA)" })
        #expect(network.requests(to: token(World.tenantA)).count == 1)
    }

    @Test func `each tenant is asked with its own token, and its people stand under it`() async throws {
        network.on(Self.delta, json: page([entry()]))
        let provider = try provider([World.tenantB, World.tenantA])
        let first = try await provider.changes(since: nil)
        let second = try await provider.changes(since: first.cursor)
        #expect(first.hasMore && !second.hasMore)
        #expect(first.people.map(\.subject) == [subject(World.tenantA)])
        #expect(second.people.map(\.subject) == [subject(World.tenantB)])
        #expect(
            network.requests(to: Self.delta).map { $0.headerFields[.authorization] }
                == ["Bearer app-\(World.tenantA)", "Bearer app-\(World.tenantB)"])
        let form = String(decoding: network.requests(to: token(World.tenantB)).first?.body ?? Data(), as: UTF8.self)
        #expect(form.contains("grant_type=client_credentials"))
        #expect(form.contains("scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"))
    }

    static let states: [(String, DirectoryStatus)] = [
        (#""accountEnabled":true"#, .active), (#""accountEnabled":false"#, .gone),
        (#""accountEnabled":null"#, .unknown),
        (#""accountEnabled":"false""#, .unknown),
    ]

    @Test(arguments: states)
    func `only accountEnabled false makes somebody gone who is there`(
        said: String, status: DirectoryStatus
    ) async throws {
        network.on(Self.delta, json: page([entry(said)]))
        network.on(Self.person, json: entry(said))
        #expect(try await provider().changes(since: nil).people.map(\.status) == [status])
        #expect(try await provider().status(of: subject()) == status)
    }

    @Test func `an entry that says only what changed is asked for whole`() async throws {
        network.on(Self.delta, json: page([#"{"id":"\#(World.person)","displayName":"Alicia"}"#]))
        network.on(Self.person, json: entry(#""accountEnabled":false"#))
        #expect(try await provider().changes(since: nil).people.map(\.status) == [.gone])
        network.on(Self.person, json: notFound, status: 404)
        #expect(try await provider().changes(since: nil).people.map(\.status) == [.unknown])
    }

    @Test func `a removed account is gone for good, or what Graph says of it now`() async throws {
        func status(_ removed: String) async throws -> [DirectoryStatus] {
            network.on(Self.delta, json: page([#"{"id":"\#(World.person)","@removed":\#(removed)}"#]))
            return try await provider().changes(since: nil).people.map(\.status)
        }
        #expect(try await status(#"{"reason":"deleted"}"#) == [.gone])
        network.on(Self.person, json: entry())
        #expect(try await status(#"{"reason":"changed"}"#) == [.active])
        network.on(Self.person, json: notFound, status: 404)
        network.on(Self.graph + "/users", json: #"{"value":[{"id":"\#(World.person)"}]}"#)
        #expect(try await status(#"{"reason":"changed"}"#) == [.gone])
        for removed in [#"{"reason":"other"}"#, "{}", "true"] { #expect(try await status(removed) == [.unknown]) }
    }

    @Test(arguments: [
        "[]", #"{"value":[]}"#, #"{"value":{},"@odata.deltaLink":"https://graph.microsoft.com/v1.0/users/delta?x=1"}"#,
        #"{"value":[{"id":"7","accountEnabled":false}],"@odata.deltaLink":"https://graph.microsoft.com/v1.0/users/delta?x=1"}"#,
        #"{"value":[],"@odata.nextLink":"https://graph.microsoft.com/v1.0/users/delta?x=1","@odata.deltaLink":"https://graph.microsoft.com/v1.0/users/delta?x=2"}"#,
        #"{"value":[],"@odata.nextLink":7}"#,
    ])
    func `a page that is not whole is an error`(body: String) async throws {
        network.on(Self.delta, json: body)
        #expect(await refused(try provider())?.code == .upstreamInvalid)
    }

    static let elsewhere = [
        "https://evil.example/v1.0/users/delta?x=1", "http://graph.microsoft.com/v1.0/users/delta?x=1",
        "https://graph.microsoft.com:444/v1.0/users/delta?x=1", "https://u@graph.microsoft.com/v1.0/users/delta?x=1",
        "https://graph.microsoft.com/v1.0/groups/delta?x=1", "https://graph.microsoft.com/v1.0/users/../groups/delta",
        "https://graph.microsoft.com/beta/users/delta?x=1", "https://graph.microsoft.com/v1.0/users/delta#f",
    ]

    @Test(arguments: elsewhere)
    func `a link away from Graph's users is followed neither from a page nor from a cursor`(link: String) async throws {
        network.on(Self.delta, json: page([], delta: link))
        let provider = try provider()
        #expect(await refused(provider)?.code == .upstreamInvalid)
        network.on(Self.delta, json: page([], delta: Self.delta + "?$deltatoken=d1"))
        let good = String(decoding: try await provider.changes(since: nil).cursor, as: UTF8.self)
        let slashed = (Self.delta + "?$deltatoken=d1")
        let forged = good.replacing(slashed, with: link).replacing(slashed.replacing("/", with: #"\/"#), with: link)
        #expect(forged != good)
        #expect(await refused(provider, Data(forged.utf8))?.rule == "directory_cursor")
        #expect(network.requests(to: "https://evil.example/v1.0/users/delta").isEmpty)
    }

    @Test func `a cursor of other tenants, and one that is too long, are refused by their rule`() async throws {
        network.on(Self.delta, json: page([entry()]))
        let foreign = try await provider([World.tenantB]).changes(since: nil).cursor
        #expect(await refused(try provider(), foreign)?.rule == "directory_cursor")
        #expect(await refused(try provider(), Data(repeating: 0x20, count: 262_145))?.rule == "directory_cursor")
        #expect(await refused(try provider(), Data("{}".utf8))?.rule == "directory_cursor")
    }

    @Test func `a page that names itself as the next is an error`() async throws {
        network.on(Self.delta, json: page([], next: Self.next))
        let provider = try provider()
        let cursor = try await provider.changes(since: nil).cursor
        #expect(await refused(provider, cursor)?.code == .upstreamInvalid)
    }

    @Test func `a link that is too old begins the tenant again`() async throws {
        network.on(Self.delta, json: page([entry()]))
        let cursor = try await provider().changes(since: nil).cursor
        network.on(Self.delta) { [self] request in
            request.url.query()?.contains("deltatoken") == true
                ? .json(#"{"error":{"code":"syncStateNotFound"}}"#, status: 410) : .json(page([entry()]))
        }
        let restart = try await provider().changes(since: cursor)
        #expect(restart.hasMore && restart.people.isEmpty)
        #expect(try await provider().changes(since: restart.cursor).people.count == 1)
        network.on(Self.delta, json: "{}", status: 410)
        #expect(await refused(try provider())?.code == .upstreamInvalid)
    }

    // MARK: One person

    @Test func `a person who is not found is gone where the same token lists people of the tenant`() async throws {
        network.on(Self.person, json: notFound, status: 404)
        network.on(Self.graph + "/users", json: #"{"value":[{"id":"\#(World.tenantB)"}]}"#)
        #expect(try await provider().status(of: subject()) == .gone)
        network.on(Self.graph + "/users", json: #"{"value":[]}"#)
        #expect(try await provider().status(of: subject()) == .unknown)
        network.on(Self.graph + "/users", json: "{}", status: 403)
        let provider = try provider(), key = subject()
        let error = await refusal { () async throws(LoginError) in try await provider.status(of: key) }
        #expect(error?.rule == "directory_permission")
    }

    @Test(arguments: ["{}", "<html>", #"{"error":{"code":"ResourceNotFound"}}"#])
    func `a 404 that is not about the person is unknown`(body: String) async throws {
        network.on(Self.person, json: body, status: 404)
        network.on(Self.graph + "/users", json: #"{"value":[{"id":"\#(World.tenantB)"}]}"#)
        #expect(try await provider().status(of: subject()) == .unknown)
    }

    @Test func `a key of another tenant, connection or issuer is unknown, and nobody is asked`() async throws {
        let provider = try provider()
        var keys = [
            subject(World.tenantB), subject(World.tenantA, "7"),
            subject(World.tenantA, World.person.uppercased() + "A"),
        ]
        keys.append(
            SubjectKey(
                connection: "b", issuer: World.issuer(World.tenantA), tenant: World.tenantA, subject: World.person))
        keys.append(
            SubjectKey(
                connection: "acme", issuer: World.issuer(World.tenantB), tenant: World.tenantA, subject: World.person))
        keys.append(SubjectKey(connection: "acme", issuer: World.issuer(World.tenantA), subject: World.person))
        for key in keys { #expect(try await provider.status(of: key) == .unknown) }
        #expect(
            network.requests(to: token(World.tenantA)).isEmpty && network.requests(to: token(World.tenantB)).isEmpty)
        network.on(Self.person, json: entry(#""accountEnabled":false"#, World.tenantB))
        #expect(try await provider.status(of: subject()) == .unknown)
    }

    // MARK: Refusals

    @Test(arguments: [400, 401, 403, 429, 500, 503])
    func `a directory that refuses says nothing of anybody, and no token is told`(status: Int) async throws {
        for address in [Self.delta, Self.person] {
            network.on(address) { _ in .json(#"{"error":{"code":"x"}}"#, status: .init(code: status), retryAfter: "30")
            }
        }
        let provider = try provider(), key = subject()
        let errors = [
            await refused(provider),
            await refusal { () async throws(LoginError) in try await provider.status(of: key) },
        ]
        let code: LoginError.Code =
            status == 400 ? .upstreamInvalid : status < 429 ? .upstreamError : .upstreamUnavailable
        #expect(errors.map { $0?.code } == [code, code])
        #expect(errors.allSatisfy { $0?.detail.contains("app-") == false })
        if status == 429 { #expect(errors.allSatisfy { $0?.detail.hasSuffix("Retry-After 30") == true }) }
    }

    @Test func `a token endpoint that refuses, and a connection without a directory, are errors`() async throws {
        network.on(token(World.tenantA), json: #"{"error":"invalid_client"}"#, status: 401)
        #expect(await refused(try provider())?.code == .upstreamError)
        #expect(await refused(try provider { $0.directory = nil })?.code == .notConfigured)
        #expect(await refused(try provider { $0.directory = .init(enabled: false) })?.code == .notConfigured)
    }

    // MARK: Groups

    @Test func `groups come with each person where they are wanted, and by the person's id`() async throws {
        let groups = "\(Self.person)/transitiveMemberOf/microsoft.graph.group"
        let list = #"{"value":[{"id":"\#(World.tenantB)","securityEnabled":true}]}"#
        network.on(Self.delta, json: page([entry()]))
        network.on(groups, json: list)
        let provider = try provider(groups: true)
        let whole = GroupSet([World.tenantB], completeness: .complete)
        #expect(try await provider.changes(since: nil).people.map(\.groups) == [whole])
        #expect(await provider.groups(of: VerifiedIdentity(subject: subject())) == whole)
        #expect(await provider.groups(of: VerifiedIdentity(subject: subject(World.tenantB))) == .unsupported)
        #expect(await (try self.provider()).groups(of: VerifiedIdentity(subject: subject())) == .unsupported)
        network.on(groups, json: "{}", status: 403)
        #expect(try await provider.changes(since: nil).people.map(\.groups.completeness) == [.failed])
        network.on(groups, json: "{}", status: 429)
        #expect(await refused(provider)?.code == .upstreamUnavailable)
        #expect(await provider.groups(of: VerifiedIdentity(subject: subject())).completeness == .failed)
    }

    @Test func `with groups everybody is read again after a day, for a membership is no change of a person`()
        async throws
    {
        network.on(Self.delta, json: page([entry()]))
        network.on("\(Self.person)/transitiveMemberOf/microsoft.graph.group", json: #"{"value":[]}"#)
        let cursor = try await provider(groups: true).changes(since: nil).cursor
        let day = Duration.seconds(86_400)
        _ = try await provider(groups: true, now: World.now + day - .seconds(1)).changes(since: cursor)
        _ = try await provider(groups: true, now: World.now + day).changes(since: cursor)
        _ = try await provider(now: World.now + day).changes(since: cursor)
        let isWhole = network.requests(to: Self.delta).map { $0.url.query()?.hasPrefix("$select") }
        #expect(isWhole == [true, false, true, false])
    }

    // MARK: Settings

    @Test func `lint names the permission that is missing, and the tenant`() async throws {
        network.on(Self.graph + "/users", json: "{}", status: 403)
        let finding = try unwrap(try await provider().directoryFindings().first)
        #expect(finding.severity == .error && finding.path == ["directory"])
        #expect(finding.text.contains("User.Read.All") && finding.text.contains(World.tenantA))
        #expect(try await provider().lint().contains(finding))
        network.on(Self.graph + "/users", json: #"{"value":[{"id":"\#(World.person)"}]}"#)
        network.on(Self.person, json: entry(#""accountEnabled":null"#))
        #expect(try await provider().directoryFindings().first?.text.contains("accountEnabled") == true)
        network.on(Self.person, json: entry())
        #expect(try await provider().directoryFindings().isEmpty)
    }

    @Test func `personal accounts are in no directory`() async throws {
        #expect(throws: SettingsError.self) { try provider([World.consumers]) }
        network.on(Self.delta, json: page([entry()]))
        #expect(try await !provider([World.tenantA, World.consumers]).changes(since: nil).hasMore)
    }
}
