import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import OIDCProvider
import Testing

@testable import KeycloakProvider

@Suite struct DirectoryTests {
    static let users = "\(World.base)/admin/realms/acme/users"
    static let id = "8b0f1f3a-0000-4000-8000-000000000001"
    static let person = "\(users)/\(id)"

    let world: World
    var network: ScriptedTransport { world.bench.transport }
    init() throws {
        world = try World()
        grantToDirectory()
    }

    private func grantToDirectory() {
        network.on(World.tokenURL, json: #"{"access_token":"kc-admin","token_type":"Bearer","expires_in":300}"#)
    }

    private func provider(_ change: (inout KeycloakProvider.Settings) -> Void = { _ in }) throws -> KeycloakProvider {
        var settings = KeycloakProvider.Settings(
            baseURL: World.base, realm: "acme", clientID: World.clientID, clientSecret: SecretReference("env:KEYCLOAK"))
        settings.roles = .none
        settings.directory = .init(enabled: true)
        change(&settings)
        var context = world.bench.context
        context.secrets = SecretResolver { _ throws(SettingsError) in Secret("S3CR3T-value") }
        return try KeycloakProvider(id: "acme", settings: settings, context: context)
    }

    private func entry(_ id: String = id, _ more: String = #""enabled":true"#) -> String {
        #"{"id":"\#(id)","username":"alice","email":"alice@acme.example","emailVerified":true,"#
            + #""firstName":"Alice","lastName":"A.",\#(more)}"#
    }

    private func list(_ entries: [String]) -> String { "[\(entries.joined(separator: ","))]" }

    private func subject(_ id: String = id) -> SubjectKey {
        SubjectKey(connection: "acme", issuer: World.issuer, subject: id)
    }

    private func refused(_ provider: KeycloakProvider, _ cursor: Data? = nil) async -> LoginError? {
        await refusal { () async throws(LoginError) in try await provider.changes(since: cursor) }
    }

    private let notFound = #"{"error":"User not found"}"#

    // MARK: Listing

    @Test func `a person has the same key in the list as after a login`() async throws {
        try world.grant(accessToken: "opaque")
        let login = try await world.bench.login(try provider())
        grantToDirectory()
        network.on(Self.users, json: list([entry(World.subject)]))
        let listed = try unwrap(try await provider().changes(since: nil).people.first)
        #expect(listed.subject == login.subject)
        #expect(listed.email == login.email)
        #expect(listed.displayName == "Alice A.")
    }

    @Test func `people come page by page, then from the start`() async throws {
        network.on(Self.users) { [self] request in
            request.parameter("first") == "0"
                ? .json(list((0..<100).map { entry("u\($0)") }))
                : .json(list([entry("last", #""enabled":false"#)]))
        }
        let provider = try provider()
        let first = try await provider.changes(since: nil)
        let second = try await provider.changes(since: first.cursor)
        let third = try await provider.changes(since: second.cursor)
        #expect(first.hasMore && !second.hasMore && third.hasMore)
        #expect(second.people.map(\.status) == [.gone])
        #expect(network.requests(to: Self.users).map { $0.parameter("first") } == ["0", "100", "0"])
        #expect(network.requests(to: Self.users).allSatisfy { $0.headerFields[.authorization] == "Bearer kc-admin" })
        let form = String(decoding: network.requests(to: World.tokenURL).first?.body ?? Data(), as: UTF8.self)
        #expect(form == "grant_type=client_credentials")
        #expect(network.requests(to: World.tokenURL).count == 1)
    }

    static let states: [(String, DirectoryStatus)] = [
        (#""enabled":true"#, .active), (#""enabled":false"#, .gone), (#""enabled":null"#, .unknown),
        (#""enabled":"false""#, .unknown), (#""totp":false"#, .unknown),
    ]

    @Test(arguments: states)
    func `only enabled false makes somebody gone who is there`(said: String, status: DirectoryStatus) async throws {
        network.on(Self.users, json: list([entry(Self.id, said)]))
        network.on(Self.person, json: entry(Self.id, said))
        #expect(try await provider().changes(since: nil).people.map(\.status) == [status])
        #expect(try await provider().status(of: subject()) == status)
    }

    @Test(arguments: [
        (OIDCProvider.Settings.EmailEvidence.verifiedClaim, true, Email.Evidence.idpVerified),
        (.verifiedClaim, false, .none),
        (.tenantOwnsDomain, false, .tenantOwnsDomain), (.none, true, .none),
    ])
    func `an address counts as it would at a login`(
        setting: OIDCProvider.Settings.EmailEvidence, isVerified: Bool, evidence: Email.Evidence
    ) async throws {
        network.on(
            Self.users,
            json: list([#"{"id":"u","enabled":true,"email":"a@acme.example","emailVerified":\#(isVerified)}"#]))
        let people = try await provider { $0.emailEvidence = setting }.changes(since: nil).people
        #expect(people.map(\.email?.evidence) == [evidence])
    }

    @Test(arguments: ["{}", "<html>", #"[{"enabled":true}]"#, #"[{"id":"","enabled":true}]"#, "[7]"])
    func `a page that is not a whole list is an error`(body: String) async throws {
        network.on(Self.users, json: body)
        #expect(await refused(try provider())?.code == .upstreamInvalid)
    }

    @Test func `a page longer than asked for, and a cursor of another realm, are refused`() async throws {
        network.on(Self.users, json: list((0..<101).map { entry("u\($0)") }))
        #expect(await refused(try provider())?.code == .upstreamInvalid)
        network.on(Self.users, json: list([]))
        let cursor = try await provider().changes(since: nil).cursor
        let forged = String(decoding: cursor, as: UTF8.self).replacing("acme\"", with: "other\"")
        #expect(await refused(try provider(), Data(forged.utf8))?.rule == "directory_cursor")
        let negative = String(decoding: cursor, as: UTF8.self).replacing("{}", with: #"{"first":"-1"}"#)
        #expect(await refused(try provider(), Data(negative.utf8))?.rule == "directory_cursor")
    }

    // MARK: One person

    @Test func `a person who is not found is gone where the same token lists people of the realm`() async throws {
        network.on(Self.person, json: notFound, status: 404)
        network.on(Self.users, json: list([entry("other")]))
        #expect(try await provider().status(of: subject()) == .gone)
        network.on(Self.users, json: "[]")
        #expect(try await provider().status(of: subject()) == .unknown)
        network.on(Self.users, json: "{}", status: 403)
        let provider = try provider(), key = subject()
        let error = await refusal { () async throws(LoginError) in try await provider.status(of: key) }
        #expect(error?.rule == "directory_permission")
    }

    @Test func `a person of a user store behind the realm is not gone by a 404`() async throws {
        network.on("\(Self.users)/f%3A1%3Au1", json: notFound, status: 404)
        network.on(Self.users, json: list([entry("other")]))
        #expect(try await provider().status(of: subject("f:1:u1")) == .unknown)
        network.on("\(Self.users)/f%3A1%3Au1", json: entry("f:1:u1", #""enabled":false"#))
        #expect(try await provider().status(of: subject("f:1:u1")) == .gone)
    }

    @Test(arguments: ["{}", "<html>", #"{"error":"Realm not found."}"#])
    func `a 404 that is not about the person is unknown`(body: String) async throws {
        network.on(Self.person, json: body, status: 404)
        network.on(Self.users, json: list([entry("other")]))
        #expect(try await provider().status(of: subject()) == .unknown)
    }

    @Test func `a key that is not this connection's, or that leads elsewhere, is unknown`() async throws {
        let provider = try provider()
        var keys = ["..", ".", ""].map(subject)
        keys.append(SubjectKey(connection: "b", issuer: World.issuer, subject: Self.id))
        keys.append(SubjectKey(connection: "acme", issuer: World.issuer + "2", subject: Self.id))
        keys.append(SubjectKey(connection: "acme", issuer: World.issuer, tenant: "t", subject: Self.id))
        for key in keys { #expect(try await provider.status(of: key) == .unknown) }
        #expect(network.requests(to: World.tokenURL).isEmpty)
        network.on("\(Self.users)/a%2F..%2Fb", json: entry("c", #""enabled":false"#))
        #expect(try await provider.status(of: subject("a/../b")) == .unknown)
    }

    // MARK: Refusals

    @Test(arguments: [400, 401, 403, 429, 500, 503])
    func `an administration that refuses says nothing of anybody, and no token is told`(status: Int) async throws {
        for address in [Self.users, Self.person] {
            network.on(address) { _ in
                .json(#"{"error":"unknown_error"}"#, status: .init(code: status), retryAfter: "7")
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
        #expect(errors.allSatisfy { $0?.detail.contains("kc-admin") == false })
        if status == 429 { #expect(errors.allSatisfy { $0?.detail.hasSuffix("Retry-After 7") == true }) }
    }

    @Test func `a client without a service account, and a connection without a directory, are errors`() async throws {
        network.on(World.tokenURL, json: #"{"error":"unauthorized_client"}"#, status: 401)
        let error = await refused(try provider())
        #expect(error?.code == .upstreamError && error?.detail.contains("unauthorized_client") == true)
        #expect(await refused(try provider { $0.directory = nil })?.code == .notConfigured)
    }

    @Test func `a client of its own asks, at an administration of its own`() async throws {
        network.on("https://admin.acme.example/admin/realms/acme/users", json: "[]")
        let provider = try provider {
            $0.directory?.adminURL = "https://admin.acme.example/"
            $0.directory?.clientID = "reader"
            $0.directory?.clientSecret = SecretReference("env:READER")
        }
        #expect(try await provider.changes(since: nil).people.isEmpty)
        let basic = network.requests(to: World.tokenURL).first?.headerFields[.authorization]
        #expect(basic == "Basic \(Data("reader:S3CR3T-value".utf8).base64EncodedString())")
    }

    // MARK: Groups

    @Test func `groups and roles stand under the names of a login, page after page`() async throws {
        network.on(Self.users, json: list([entry()]))
        network.on("\(Self.person)/groups") { request in
            let names = request.parameter("first") == "0" ? (0..<100).map { "g\($0)" } : ["last"]
            return .json("[\(names.map { #"{"name":"\#($0)","path":"/\#($0)"}"# }.joined(separator: ","))]")
        }
        network.on("\(Self.person)/role-mappings/realm/composite", json: #"[{"name":"admin"}]"#)
        let provider = try provider {
            $0.groupsClaim = "groups"
            $0.roles = .realm
        }
        let set = try unwrap(try await provider.changes(since: nil).people.first?.groups)
        #expect(set.completeness == .complete && set.values.count == 102)
        #expect(set.values.contains("/last") && set.values.contains("realm:admin"))
        #expect(await provider.groups(of: VerifiedIdentity(subject: subject())) == set)
        let named = try self.provider {
            $0.groupsClaim = "groups"
            $0.directory?.groupForm = .name
        }
        #expect(try await named.changes(since: nil).people.first?.groups.values.contains("last") == true)
    }

    @Test
    func `roles of clients, and groups of which nobody knows, leave the set incomplete; a failure leaves it unknown`()
        async throws
    {
        network.on(Self.users, json: list([entry()]))
        let roles = "\(Self.person)/role-mappings/realm/composite"
        network.on(roles, json: #"[{"name":"admin"}]"#)
        let provider = try provider { $0.roles = .both }
        #expect(
            try await provider.changes(since: nil).people.map(\.groups)
                == [GroupSet(["realm:admin"], completeness: .unsupported)])
        let unnamed = try self.provider { $0.roles = .realm }
        #expect(try await unnamed.changes(since: nil).people.map(\.groups.completeness) == [.unsupported])
        network.on(roles, json: "{}", status: 403)
        #expect(try await provider.changes(since: nil).people.map(\.groups.completeness) == [.failed])
        network.on(roles, json: "{}", status: 429)
        #expect(await refused(provider)?.code == .upstreamUnavailable)
        #expect(try await self.provider().changes(since: nil).people.map(\.groups) == [.unsupported])
    }

    @Test func `a group that reads like a role is left out, and the set is unknown`() async throws {
        network.on(Self.users, json: list([entry()]))
        network.on("\(Self.person)/groups", json: #"[{"name":"realm:admin","path":"realm:admin"}]"#)
        let provider = try provider { $0.groupsClaim = "groups" }
        #expect(try await provider.changes(since: nil).people.map(\.groups) == [GroupSet([], completeness: .failed)])
    }

    // MARK: Settings

    @Test func `lint names the role that is missing, also where Keycloak lists nobody instead of refusing`()
        async throws
    {
        for (body, status) in [("{}", 403), ("[]", 200)] {
            network.on(Self.users, json: body, status: .init(code: status))
            let finding = try unwrap(try await provider().directoryFindings().first)
            #expect(finding.severity == .error && finding.path == ["directory"])
            #expect(finding.text.contains("view-users"))
            #expect(try await provider().lint().contains(finding))
        }
        network.on(Self.users, json: list([entry()]))
        #expect(try await provider().directoryFindings().isEmpty)
    }

    @Test func `a public client has no service account`() throws {
        #expect(throws: SettingsError.self) { try provider { $0.tokenEndpointAuthMethod = .none } }
        #expect(throws: SettingsError.self) { try provider { $0.directory?.clientID = "reader" } }
        #expect(throws: SettingsError.self) {
            try provider { $0.directory?.adminURL = "https://admin.acme.example/admin" }
        }
    }
}
