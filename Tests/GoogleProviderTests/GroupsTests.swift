import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import Testing

@testable import GoogleProvider

@Suite struct GroupsTests {
    var world: World
    init() throws {
        world = try World()
        try world.grant()
    }

    private func page(_ names: [String], next: String? = nil) -> String {
        var page: JSONObject = ["kind": "admin#directory#groups"]
        if !names.isEmpty { page["groups"] = .array(names.map { .object(["email": .string($0), "id": "g"]) }) }
        page["nextPageToken"] = next.map { .string($0) }
        return page.text
    }

    private func query(_ request: OutboundRequest) throws -> CallbackParameters {
        try CallbackParameters(formEncoded: Data((request.url.query() ?? "").utf8))
    }

    // MARK: The grant

    @Test func `the service account signs for the administrator, the scope, and Google's token endpoint alone`()
        async throws
    {
        world.transport.on(World.directory, json: page([]))
        _ = try await world.bench.login(try world.provider(.direct))
        let request = try unwrap(world.transport.requests(to: World.token).last)
        let form = try CallbackParameters(formEncoded: request.body ?? Data())
        #expect(form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
        let publicKey = try VerificationKey.parse(world.key, kid: "sa-1")
        let verifier = JWSVerifier(keys: JWKSet(keys: [publicKey]), algorithms: [.rs256])
        let jwt = try JWT.verify(try unwrap(form["assertion"]), with: verifier, types: .any)
        #expect(jwt.claims.string("iss") == "reader@project.iam.gserviceaccount.com")
        #expect(jwt.claims.string("sub") == "admin@acme.example")
        #expect(jwt.claims.string("aud") == "https://oauth2.googleapis.com/token")
        #expect(jwt.claims.string("scope") == "https://www.googleapis.com/auth/admin.directory.group.readonly")
        #expect(jwt.claims.int64("iat") == World.now.seconds)
        #expect(jwt.claims.int64("exp") == World.now.seconds + 300)
        #expect(!world.transport.requests.contains { $0.url.host() == "evil.example" })
    }

    @Test(arguments: ["private_key", "private_key_id", "client_email", "type"])
    mutating func `a key file that lacks something looks nothing up`(name: String) async throws {
        world.keyFile = world.keyFileText { $0[name] = nil }
        world.transport.on(World.directory, json: page(["staff@acme.example"]))
        #expect(try await world.bench.login(try world.provider(.direct)).groups == GroupSet([], completeness: .failed))
        #expect(world.transport.requests(to: World.directory).isEmpty)
    }

    @Test mutating func `a key file that is no JSON, or not of a service account, or holds no RSA key, fails`()
        async throws
    {
        let ellipticKey = Data(try SigningKey.generate(.es256).pkcs8DER).base64EncodedString()
        let pem = "-----BEGIN PRIVATE KEY-----\n\(ellipticKey)\n-----END PRIVATE KEY-----\n"
        for file in [
            "", "hunter2", world.keyFileText { $0["type"] = "authorized_user" },
            world.keyFileText { $0["private_key"] = .string(pem) },
        ] {
            world.keyFile = file
            let findings = try await world.provider(.direct).lint()
            #expect(findings.map(\.path) == [["groups"]])
            #expect(findings.allSatisfy { !$0.text.contains("hunter2") && !$0.text.contains(ellipticKey) })
        }
    }

    // MARK: Direct memberships

    @Test func `groups come by the account's id, page after page`() async throws {
        let pages = [
            page(["staff@acme.example", "b@acme.example"], next: "p2"), page(["c@acme.example"], next: "p3"),
            page(["d@acme.example"]),
        ]
        world.transport.on(World.directory) { request throws(TransportError) in
            let query = request.url.query() ?? ""
            return .json(
                query.contains("pageToken=p3") ? pages[2] : query.contains("pageToken=p2") ? pages[1] : pages[0])
        }
        let groups = try await world.bench.login(try world.provider(nil)).groups
        #expect(
            groups
                == GroupSet(
                    ["b@acme.example", "c@acme.example", "d@acme.example", "staff@acme.example"],
                    completeness: .complete))
        let requests = world.transport.requests(to: World.directory)
        #expect(requests.count == 3)
        #expect(try query(requests[0])["userKey"] == "110169484474386276334")
        #expect(requests.allSatisfy { $0.headerFields[.authorization] == "Bearer ya29.sa" })
    }

    @Test func `a person without groups has a complete empty list, which only a list can say`() async throws {
        world.transport.on(World.directory, json: page([]))
        #expect(
            try await world.bench.login(try world.provider(.direct)).groups == GroupSet([], completeness: .complete))
        world.transport.on(World.directory, json: "{}")
        #expect(try await world.bench.login(try world.provider(.direct)).groups.completeness == .failed)
    }

    @Test(arguments: [400, 401, 403, 404, 429, 500, 503])
    func `a lookup that Google refuses is failed, and signs the person in all the same`(status: Int) async throws {
        world.transport.on(
            World.directory, json: #"{"error":{"code":403,"message":"no"}}"#, status: .init(code: status))
        let identity = try await world.bench.login(try world.provider(.direct))
        #expect(identity.groups == GroupSet([], completeness: .failed))
        #expect(identity.email?.evidence == .tenantOwnsDomain)
    }

    @Test(arguments: [
        #"{"error":{"code":403}}"#, "[]", "<html>", #"{"kind":"admin#directory#groups","groups":{}}"#,
        #"{"kind":"admin#directory#groups","groups":[{"id":"g"}]}"#,
        #"{"kind":"admin#directory#groups","groups":[{"email":""}]}"#,
        #"{"kind":"admin#directory#groups","groups":["x"]}"#,
        #"{"kind":"admin#directory#groups","nextPageToken":7}"#,
        #"{"kind":"admin#directory#groups","kind":"admin#directory#groups"}"#,
        #"{"kind":"admin#directory#users","groups":[{"email":"a@acme.example"}]}"#,
    ])
    func `an answer that is not a list of groups is failed`(body: String) async throws {
        world.transport.on(World.directory, json: body)
        #expect(try await world.bench.login(try world.provider(.direct)).groups == GroupSet([], completeness: .failed))
    }

    @Test func `a failure on a later page keeps what was found, as part of an unknown whole`() async throws {
        let first = page(["staff@acme.example"], next: "p2")
        world.transport.on(World.directory) { request throws(TransportError) in
            if request.url.query()?.contains("pageToken") == true { throw TransportError(.timedOut, detail: "google") }
            return .json(first)
        }
        let groups = try await world.bench.login(try world.provider(.direct)).groups
        #expect(groups == GroupSet(["staff@acme.example"], completeness: .failed))
    }

    @Test func `pages without end are read fifty times`() async throws {
        world.transport.on(World.directory, json: page(["staff@acme.example"], next: "again"))
        let groups = try await world.bench.login(try world.provider(.direct)).groups
        #expect(groups.completeness == .failed)
        #expect(world.transport.requests(to: World.directory).count == 50)
    }

    @Test func `a grant that is refused, or a token of another type, is failed`() async throws {
        let session = try await world.bench.login(try world.provider())
        world.transport.on(World.directory, json: page(["staff@acme.example"]))
        for (body, status) in [
            (#"{"error":"unauthorized_client"}"#, HTTPResponse.Status.unauthorized),
            (#"{"error":"invalid_grant"}"#, .badRequest), (#"{"access_token":"a","token_type":"mac"}"#, .ok), ("", .ok),
        ] {
            world.transport.on(World.token, json: body, status: status)
            #expect(try await world.provider(.direct).groups(of: session).completeness == .failed)
        }
        #expect(world.transport.requests(to: World.directory).isEmpty)
    }

    @Test func `the groups claim of a token counts for nothing`() async throws {
        try world.grant { $0["groups"] = ["admins"] }
        #expect(try await world.bench.login(try world.provider()).groups == .unsupported)
    }

    @Test func `an account of no Workspace is not looked up`() async throws {
        try world.grant {
            $0["hd"] = nil
            $0["email"] = "bob@gmail.com"
        }
        let file = try unwrap(SecretReference("file:/sa.json"))
        let provider = try world.provider {
            $0.allowConsumerAccounts = true
            $0.groups = .init(serviceAccount: file, subject: "admin@acme.example")
        }
        #expect(try await world.bench.login(provider).groups == .unsupported)
        #expect(world.transport.requests(to: World.directory).isEmpty)
    }

    // MARK: Indirect memberships

    @Test func `indirect groups come from Cloud Identity by address`() async throws {
        world.transport.on(
            World.cloudIdentity,
            json: #"{"memberships":[{"groupKey":{"id":"staff@acme.example"}},{"groupKey":{"id":"all@acme.example"}}]}"#)
        let groups = try await world.bench.login(try world.provider(.indirect)).groups
        #expect(groups == GroupSet(["all@acme.example", "staff@acme.example"], completeness: .complete))
        let sent = try query(try unwrap(world.transport.requests(to: World.cloudIdentity).first))
        #expect(
            sent["query"]
                == "member_key_id == 'alice@acme.example' && 'cloudidentity.googleapis.com/groups.discussion_forum' in labels"
        )
    }

    @Test func `an apostrophe in an address does not end the text in the query`() async throws {
        try world.grant { $0["email"] = "x'||'a'=='a@acme.example" }
        world.transport.on(World.cloudIdentity, json: "{}")
        _ = try await world.bench.login(try world.provider(.indirect))
        let sent = try query(try unwrap(world.transport.requests(to: World.cloudIdentity).first))
        #expect(sent["query"]?.hasPrefix(#"member_key_id == 'x\'||\'a\'==\'a@acme.example' && "#) == true)
    }

    @Test func `without an address that Google vouches for nobody is asked`() async throws {
        try world.grant { $0["email_verified"] = false }
        #expect(
            try await world.bench.login(try world.provider(.indirect)).groups == GroupSet([], completeness: .failed))
        #expect(world.transport.requests(to: World.cloudIdentity).isEmpty)
    }

    @Test func `an edition without transitive search, an error, or a membership without a group is failed`()
        async throws
    {
        world.transport.on(World.cloudIdentity, json: "{}", status: .forbidden)
        #expect(try await world.bench.login(try world.provider(.indirect)).groups.completeness == .failed)
        for body in [#"{"memberships":[{"group":"groups/1"}]}"#, #"{"error":{"code":403}}"#] {
            world.transport.on(World.cloudIdentity, json: body)
            #expect(try await world.bench.login(try world.provider(.indirect)).groups.completeness == .failed)
        }
    }
}

extension VerificationKey {
    /// The public half of a key, under another id.
    fileprivate static func parse(_ key: SigningKey, kid: String) throws -> VerificationKey {
        try SigningKey(pkcs8DER: key.pkcs8DER, algorithm: .rs256, kid: kid).publicKey
    }
}
