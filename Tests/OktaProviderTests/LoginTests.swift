import Broker
import ConformanceKit
import Foundation
import JOSE
import Testing

@testable import OktaProvider

@Suite struct LoginTests {
    let world: World
    init() throws { world = try World() }

    // MARK: Authorization servers

    @Test func `the org's own server and a custom one are two issuers`() async throws {
        try world.grant(World.org)
        let org = try world.provider()
        #expect(try await world.bench.login(org).subject.issuer == World.org)
        #expect(try await world.bench.authorizationURL(org).path() == "/oauth2/v1/authorize")
        try world.grant(World.custom)
        let custom = try world.provider { $0.authorizationServer = "default" }
        let identity = try await world.bench.login(custom)
        #expect(identity.subject == SubjectKey(connection: "acme", issuer: World.custom, subject: "00u1"))
        #expect(try await world.bench.authorizationURL(custom).path() == "/oauth2/default/v1/authorize")
    }

    @Test(arguments: [
        "https://acme.okta.com/oauth2/default", "https://acme.okta.com/", "https://login.acme.example",
        "https://acme.oktapreview.com", "http://acme.okta.com",
    ])
    func `a token of another server of the org, or of another host, is refused`(issuer: String) async throws {
        try world.grant(issuer)
        #expect(await world.bench.refusal(try world.provider())?.code == .issuerMismatch)
    }

    @Test func `a custom server takes no token of the org's own`() async throws {
        try world.grant(World.org)
        #expect(
            await world.bench.refusal(try world.provider { $0.authorizationServer = "default" })?.code
                == .issuerMismatch)
    }

    @Test func `metadata of another server is not believed`() async throws {
        world.publish(World.org) { $0["issuer"] = .string(World.custom) }
        try world.grant(World.org)
        #expect(await world.bench.refusal(try world.provider())?.code == .issuerMismatch)
    }

    // MARK: Tokens

    @Test(arguments: ["cid", "scp"])
    func `an access token is no ID token, even where its audience is our client id`(claim: String) async throws {
        try world.grant { $0[claim] = claim == "cid" ? .string(World.clientID) : ["openid"] }
        #expect(await world.bench.refusal(try world.provider())?.code == .upstreamInvalid)
    }

    @Test(arguments: [
        ("aud", JSONValue.string("api://default"), LoginError.Code.audienceMismatch),
        ("aud", .string(World.org), .audienceMismatch), ("nonce", nil, .nonceMismatch), ("sub", nil, .subjectInvalid),
    ])
    func `a token for another audience or login is refused`(
        name: String, value: JSONValue?, code: LoginError.Code
    ) async throws {
        try world.grant { $0[name] = value }
        #expect(await world.bench.refusal(try world.provider())?.code == code)
    }

    @Test func `only RS256 is taken, even of a key that Okta publishes`() async throws {
        let other = try SigningKey.generate(.es256, kid: "k2")
        world.transport.on(
            World.org + "/oauth2/v1/keys",
            json: String(decoding: JWKSet(keys: [world.key.publicKey, other.publicKey]).serialized(), as: UTF8.self))
        let token = try other.issue(claims: world.claims(World.org))
        let answer: JSONObject = ["access_token": "a", "token_type": "Bearer", "id_token": .string(token)]
        world.transport.on(World.org + "/oauth2/v1/token", json: answer.text)
        #expect(await world.bench.refusal(try world.provider())?.code == .algorithmNotAllowed)
    }

    // MARK: E-mail

    @Test func `an address counts as Okta says, or as the operator says`() async throws {
        try world.grant()
        #expect(try await world.bench.login(try world.provider()).email?.evidence == .idpVerified)
        for verified in [JSONValue.bool(false), "true"] {
            try world.grant { $0["email_verified"] = verified }
            #expect(try await world.bench.login(try world.provider()).email?.evidence == Email.Evidence.none)
            let owned = try world.provider { $0.emailEvidence = .tenantOwnsDomain }
            #expect(try await world.bench.login(owned).email?.evidence == .tenantOwnsDomain)
        }
    }

    /// Beside an access token Okta leaves the profile out of the ID token.
    @Test func `what a thin ID token lacks comes from UserInfo, of the same person`() async throws {
        try world.grant {
            for name in ["email", "email_verified", "name"] { $0[name] = nil }
        }
        let place = World.org + "/oauth2/v1/userinfo"
        world.transport.on(
            place, json: #"{"sub":"00u1","email":"alice@acme.example","email_verified":true,"groups":["staff"]}"#)
        let identity = try await world.bench.login(try world.provider { $0.groups = .init() })
        #expect(identity.email?.evidence == .idpVerified)
        #expect(identity.groups == GroupSet(["staff"], completeness: .complete))
        world.transport.on(place, json: #"{"sub":"00u2","email":"alice@acme.example","email_verified":true}"#)
        #expect(await world.bench.refusal(try world.provider())?.code == .subjectInvalid)
    }

    // MARK: Groups

    @Test func `groups are asked for by a scope at the org's own server, and without one at a custom one`()
        async throws
    {
        #expect(try await world.scope(world.provider()) == "openid profile email")
        #expect(try await world.scope(world.provider { $0.groups = .init() }) == "openid profile email groups")
        let custom = try world.provider {
            $0.authorizationServer = "default"
            $0.groups = .init()
        }
        #expect(try await world.scope(custom) == "openid profile email")
        let scoped = try world.provider {
            $0.authorizationServer = "default"
            $0.groups = .init(claim: "teams", scope: "teams")
        }
        #expect(try await world.scope(scoped) == "openid profile email teams")
    }

    @Test func `the named claim lists the groups, and a claim that is absent is unknown`() async throws {
        let provider = try world.provider { $0.groups = .init(claim: "teams") }
        try world.grant {
            $0["teams"] = ["staff", "Everyone"]
            $0["groups"] = ["admins"]
        }
        #expect(
            try await world.bench.login(provider).groups == GroupSet(["Everyone", "staff"], completeness: .complete))
        try world.grant { $0["teams"] = [] }
        #expect(try await world.bench.login(provider).groups == GroupSet([], completeness: .complete))
        try world.grant()
        world.transport.on(World.org + "/oauth2/v1/userinfo", json: #"{"sub":"00u1"}"#)
        #expect(try await world.bench.login(provider).groups == .unsupported)
        try world.grant { $0["teams"] = .object(["a": 1]) }
        #expect(try await world.bench.login(provider).groups == GroupSet([], completeness: .failed))
    }

    @Test func `a list as long as Okta makes them counts as cut`() async throws {
        let provider = try world.provider { $0.groups = .init() }
        for (count, completeness) in [(99, GroupSet.Completeness.complete), (100, .overage), (101, .overage)] {
            try world.grant { $0["groups"] = .array((0..<count).map { .string("g\($0)") }) }
            let groups = try await world.bench.login(provider).groups
            #expect(groups.completeness == completeness)
            #expect(groups.values.count == count)
        }
    }
}
