import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import Testing

@testable import CognitoProvider

@Suite struct DirectoryTests {
    static let api = World.origin + "/"
    static let federated = #"{"Name":"identities","Value":"[{}]"}"#

    let world: World
    var network: ScriptedTransport { world.bench.transport }
    init() throws {
        world = try World()
    }

    private func provider(
        accessKeyID: String = "AKIDEXAMPLE",
        _ change: (inout CognitoProvider.Settings) -> Void = { _ in }
    ) throws -> CognitoProvider {
        var settings = CognitoProvider.Settings(
            region: "eu-central-1", userPoolID: World.pool, clientID: World.clientID,
            clientSecret: SecretReference("env:COGNITO"))
        settings.domain = "acme-login"
        settings.directory = .init(
            accessKeyID: try unwrap(SecretReference("env:KEY")),
            secretAccessKey: try unwrap(SecretReference("env:SECRET")))
        change(&settings)
        var context = world.bench.context
        context.secrets = SecretResolver { reference throws(SettingsError) in
            Secret(reference.description == "env:KEY" ? accessKeyID : "S3CR3T-value")
        }
        return try CognitoProvider(id: "acme", settings: settings, context: context)
    }

    /// Makes operations answer, each by its name.
    private func answer(at address: String = api, _ answers: [String: @Sendable (String) -> (Int, String)]) {
        network.on(address) { request in
            let target = request.headerFields[.amzTarget] ?? ""
            guard let answer = answers[target.replacing("AWSCognitoIdentityProviderService.", with: "")] else {
                return .amazon(#"{"__type":"UnknownOperationException"}"#, status: 400)
            }
            let (status, body) = answer(String(decoding: request.body ?? Data(), as: UTF8.self))
            return .amazon(body, status: status)
        }
    }

    private func user(
        _ subject: String = World.subject, _ state: String = #""Enabled":true,"UserStatus":"CONFIRMED""#,
        more: String = "", list: String = "Attributes"
    ) -> String {
        let attributes = [
            #"{"Name":"sub","Value":"\#(subject)"}"#, #"{"Name":"email","Value":"alice@acme.example"}"#,
            #"{"Name":"email_verified","Value":"true"}"#, #"{"Name":"name","Value":"Alice"}"#,
        ]
        return
            #"{"Username":"alice","\#(list)":[\#((attributes + (more.isEmpty ? [] : [more])).joined(separator: ","))],"#
            + #""UserCreateDate":1768478400.123,\#(state)}"#
    }

    private func page(_ users: [String], next: String? = nil) -> String {
        #"{"Users":[\#(users.joined(separator: ","))]\#(next.map { #","PaginationToken":"\#($0)""# } ?? "")}"#
    }

    private func error(_ name: String) -> (Int, String) { (400, #"{"__type":"\#(name)","message":"S3CR3T"}"#) }

    private func subject(_ id: String = World.subject) -> SubjectKey {
        SubjectKey(connection: "acme", issuer: World.issuer, subject: id)
    }

    private func refused(_ provider: CognitoProvider, _ cursor: Data? = nil) async -> LoginError? {
        await refusal { () async throws(LoginError) in try await provider.changes(since: cursor) }
    }

    // MARK: Listing

    @Test func `a person has the same key in the list as after a login`() async throws {
        try world.grant()
        let login = try await world.bench.login(try provider())
        let one = page([user()])
        answer(["ListUsers": { _ in (200, one) }])
        let listed = try unwrap(try await provider().changes(since: nil).people.first)
        #expect(listed.subject == login.subject)
        #expect(listed.email == login.email)
        #expect(listed.displayName == login.displayName)
    }

    @Test func `people come page by page, then from the start, in signed requests`() async throws {
        let first = page([user("1")], next: "t1"),
            second = page([user("2", #""Enabled":false,"UserStatus":"CONFIRMED""#)])
        answer(["ListUsers": { $0.contains(#""PaginationToken":"t1""#) ? (200, second) : (200, first) }])
        let provider = try provider()
        let one = try await provider.changes(since: nil)
        let two = try await provider.changes(since: one.cursor)
        let three = try await provider.changes(since: two.cursor)
        #expect(one.hasMore && !two.hasMore && three.hasMore)
        #expect(two.people.map(\.status) == [.gone] && two.people.map(\.subject.subject) == ["2"])
        let request = try unwrap(network.requests(to: Self.api).first)
        #expect(
            String(decoding: request.body ?? Data(), as: UTF8.self)
                == #"{"Limit":60,"UserPoolId":"eu-central-1_AbCdEfGhI"}"#)
        #expect(
            request.headerFields[.authorization]?.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/eu-central-1/cognito-idp/aws4_request, SignedHeaders="
                    + "content-type;host;x-amz-date;x-amz-target, Signature=") == true)
    }

    static let states: [(String, DirectoryStatus)] = [
        (#""Enabled":true,"UserStatus":"CONFIRMED""#, .active),
        (#""Enabled":true,"UserStatus":"EXTERNAL_PROVIDER""#, .active),
        (#""Enabled":true,"UserStatus":"RESET_REQUIRED""#, .active),
        (#""Enabled":true,"UserStatus":"FORCE_CHANGE_PASSWORD""#, .active),
        (#""Enabled":true,"UserStatus":"ARCHIVED""#, .gone), (#""Enabled":true,"UserStatus":"COMPROMISED""#, .gone),
        (#""Enabled":false,"UserStatus":"CONFIRMED""#, .gone), (#""Enabled":true,"UserStatus":"UNKNOWN""#, .unknown),
        (#""Enabled":true,"UserStatus":"UNCONFIRMED""#, .unknown), (#""Enabled":true"#, .unknown),
        (#""UserStatus":"CONFIRMED""#, .unknown), (#""Enabled":"false","UserStatus":"CONFIRMED""#, .unknown),
    ]

    @Test(arguments: states)
    func `only Cognito's own clear word makes somebody gone who is there`(
        said: String, status: DirectoryStatus
    ) async throws {
        let one = page([user(World.subject, said)])
        answer(["ListUsers": { _ in (200, one) }])
        #expect(try await provider().changes(since: nil).people.map(\.status) == [status])
        #expect(try await provider().status(of: subject()) == status)
    }

    @Test func `the address of a federated person is unverified, as at a login`() async throws {
        let one = page([user(more: Self.federated)])
        let external = page([user(World.subject, #""Enabled":true,"UserStatus":"EXTERNAL_PROVIDER""#)])
        for body in [one, external] {
            answer(["ListUsers": { _ in (200, body) }])
            #expect(try await provider().changes(since: nil).people.map(\.email?.evidence) == [Email.Evidence.none])
            let trusting = try provider { $0.trustFederatedEmail = true }
            #expect(try await trusting.changes(since: nil).people.map(\.email?.evidence) == [.idpVerified])
        }
    }

    @Test(arguments: [
        "{}", "[]", "<html>", #"{"Users":{}}"#, #"{"Users":[{"Username":"a","Enabled":false}]}"#,
        #"{"Users":[{"Username":"a","Attributes":[{"Name":"email","Value":"a@b.example"}],"Enabled":false}]}"#,
        #"{"Users":[{"Attributes":[{"Name":"sub","Value":"1"}],"Enabled":false}]}"#,
        #"{"Users":[{"Username":"a","Attributes":[{"Name":"sub","Value":"1"},{"Name":"sub","Value":"2"}]}]}"#,
        #"{"Users":[],"PaginationToken":7}"#,
    ])
    func `a page that is not a whole list is an error`(body: String) async throws {
        answer(["ListUsers": { _ in (200, body) }])
        #expect(await refused(try provider())?.code == .upstreamInvalid)
    }

    @Test func `a page that is too long or names itself as the next, and a foreign cursor, are refused`() async throws {
        let long = page((0..<61).map { user("\($0)") })
        answer(["ListUsers": { _ in (200, long) }])
        #expect(await refused(try provider())?.code == .upstreamInvalid)
        let endless = page([user()], next: "t1")
        answer(["ListUsers": { _ in (200, endless) }])
        let cursor = try await provider().changes(since: nil).cursor
        #expect(await refused(try provider(), cursor)?.code == .upstreamInvalid)
        let forged = String(decoding: cursor, as: UTF8.self).replacing("AbCdEfGhI", with: "ZZZ")
        #expect(await refused(try provider(), Data(forged.utf8))?.rule == "directory_cursor")
    }

    // MARK: One person

    @Test func `a person is looked up by sub, and gone only by UserNotFoundException after a list of the pool`()
        async throws
    {
        let none = page([]), unknown = error("UserNotFoundException")
        answer(["ListUsers": { _ in (200, none) }, "AdminGetUser": { _ in unknown }])
        #expect(try await provider().status(of: subject()) == .gone)
        let bodies = network.requests(to: Self.api).map { String(decoding: $0.body ?? Data(), as: UTF8.self) }
        #expect(bodies.first?.contains(#""Filter":"sub = \"\#(World.subject)\"""#) == true)
        #expect(bodies.last?.contains(#""Username":"\#(World.subject)""#) == true)
        let there = user(list: "UserAttributes"), other = user("7", list: "UserAttributes")
        answer(["ListUsers": { _ in (200, none) }, "AdminGetUser": { _ in (200, there) }])
        #expect(try await provider().status(of: subject()) == .active)
        answer(["ListUsers": { _ in (200, none) }, "AdminGetUser": { _ in (200, other) }])
        #expect(try await provider().status(of: subject()) == .unknown)
    }

    @Test(arguments: ["ResourceNotFoundException", "AccessDeniedException", "TooManyRequestsException", "Odd"])
    func `another error of the look-up, and a pool that is not there, make nobody gone`(name: String) async throws {
        let none = page([]), problem = error(name), provider = try provider(), key = subject()
        answer(["ListUsers": { _ in (200, none) }, "AdminGetUser": { _ in problem }])
        let first = await refusal { () async throws(LoginError) in try await provider.status(of: key) }
        let unknown = error("UserNotFoundException")
        answer(["ListUsers": { _ in problem }, "AdminGetUser": { _ in unknown }])
        let second = await refusal { () async throws(LoginError) in try await provider.status(of: key) }
        #expect(first != nil && first?.code == second?.code)
        #expect(first?.detail.contains("S3CR3T") == false)
    }

    @Test func `a list by sub with other people, or that is not whole, is an error`() async throws {
        let provider = try provider(), key = subject()
        for body in [page([user("7")]), page([user(), user()]), page([], next: "t")] {
            answer(["ListUsers": { _ in (200, body) }])
            let error = await refusal { () async throws(LoginError) in try await provider.status(of: key) }
            #expect(error?.code == .upstreamInvalid)
        }
    }

    @Test func `a key that is not this connection's, or that ends the filter, is unknown`() async throws {
        let provider = try provider()
        var keys = [#"1" or sub ^= ""#, "", "a b"].map(subject)
        keys.append(SubjectKey(connection: "b", issuer: World.issuer, subject: World.subject))
        keys.append(SubjectKey(connection: "acme", issuer: World.origin + "/eu-central-1_Z", subject: World.subject))
        keys.append(SubjectKey(connection: "acme", issuer: World.issuer, tenant: "t", subject: World.subject))
        for key in keys { #expect(try await provider.status(of: key) == .unknown) }
        #expect(network.requests(to: Self.api).isEmpty)
    }

    // MARK: Refusals

    static let refusals: [(String, LoginError.Code)] = [
        ("TooManyRequestsException", .upstreamUnavailable), ("ThrottlingException", .upstreamUnavailable),
        ("InternalErrorException", .upstreamUnavailable), ("AccessDeniedException", .upstreamError),
        ("NotAuthorizedException", .upstreamError), ("com.amazon.coral#ExpiredTokenException", .upstreamError),
        ("ResourceNotFoundException", .upstreamError), ("UserNotFoundException", .upstreamInvalid),
        ("<S3CR3T>", .upstreamInvalid),
    ]

    @Test(arguments: refusals)
    func `an API that refuses says nothing of anybody`(name: String, code: LoginError.Code) async throws {
        let problem = error(name)
        answer(["ListUsers": { _ in problem }])
        let error = await refused(try provider())
        #expect(error?.code == code)
        #expect(error?.detail.contains("S3CR3T") == false)
    }

    @Test(arguments: [403, 429, 500, 503])
    func `an HTTP error says nothing of anybody`(status: Int) async throws {
        network.on(Self.api) { _ in .json("{}", status: .init(code: status), retryAfter: "5") }
        let error = await refused(try provider())
        #expect(error?.code == (status == 403 ? .upstreamError : .upstreamUnavailable))
        if status == 429 { #expect(error?.detail.hasSuffix("Retry-After 5") == true) }
    }

    @Test func `a connection without a directory, and a key that is none, are errors`() async throws {
        #expect(await refused(try provider { $0.directory = nil })?.code == .notConfigured)
        let error = await refused(try provider(accessKeyID: "AKID EXAMPLE\r\nX: y"))
        #expect(error?.code == .configurationInvalid && error?.detail.contains("EXAMPLE") == false)
    }

    @Test func `a test server on this machine is asked where one is configured`() async throws {
        let one = page([user()])
        answer(at: "http://127.0.0.1:5000/", ["ListUsers": { _ in (200, one) }])
        let provider = try provider { $0.endpoint = "http://127.0.0.1:5000" }
        #expect(try await provider.changes(since: nil).people.count == 1)
        #expect(network.requests(to: Self.api).isEmpty)
    }

    // MARK: Groups

    @Test func `groups come with each person of a pool that uses them, page after page`() async throws {
        let one = page([user()])
        answer([
            "ListUsers": { _ in (200, one) },
            "AdminListGroupsForUser": {
                $0.contains(#""NextToken":"n1""#)
                    ? (200, #"{"Groups":[{"GroupName":"b"}]}"#)
                    : (200, #"{"Groups":[{"GroupName":"a"}],"NextToken":"n1"}"#)
            },
        ])
        let provider = try provider { $0.usesGroups = true }
        let whole = GroupSet(["a", "b"], completeness: .complete)
        #expect(try await provider.changes(since: nil).people.map(\.groups) == [whole])
        #expect(await provider.groups(of: VerifiedIdentity(subject: subject())) == whole)
        #expect(try await self.provider().changes(since: nil).people.map(\.groups) == [.unsupported])
        #expect(await (try self.provider()).groups(of: VerifiedIdentity(subject: subject())) == .unsupported)
    }

    @Test func `groups that are refused are unknown, and those that are away are asked again`() async throws {
        let one = page([user()]), provider = try provider { $0.usesGroups = true }
        let denied = error("AccessDeniedException"), busy = error("TooManyRequestsException")
        answer(["ListUsers": { _ in (200, one) }, "AdminListGroupsForUser": { _ in denied }])
        #expect(try await provider.changes(since: nil).people.map(\.groups.completeness) == [.failed])
        answer(["ListUsers": { _ in (200, one) }, "AdminListGroupsForUser": { _ in busy }])
        #expect(await refused(provider)?.code == .upstreamUnavailable)
        #expect(await provider.groups(of: VerifiedIdentity(subject: subject())).completeness == .failed)
    }

    // MARK: Settings

    @Test func `lint names the permissions that are missing`() async throws {
        let denied = error("AccessDeniedException"), one = page([user()]), there = user(list: "UserAttributes")
        answer(["ListUsers": { _ in (200, one) }, "AdminGetUser": { _ in denied }])
        let finding = try unwrap(try await provider().directoryFindings().first)
        #expect(finding.severity == .error && finding.path == ["directory"])
        #expect(finding.text.contains("cognito-idp:AdminGetUser"))
        #expect(try await provider().lint().contains(finding))
        answer(["ListUsers": { _ in (200, one) }, "AdminGetUser": { _ in (200, there) }])
        #expect(try await provider().directoryFindings().isEmpty)
    }
}

extension OutboundResponse {
    /// As Cognito answers.
    fileprivate static func amazon(_ json: String, status: Int) -> OutboundResponse {
        OutboundResponse(
            status: .init(code: status), headerFields: [.contentType: "application/x-amz-json-1.1"],
            body: Data(json.utf8))
    }
}
