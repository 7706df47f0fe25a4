import Broker
import ConformanceKit
import JOSE
import Testing

@testable import GoogleProvider

@Suite struct HostedDomainTests {
    let world: World
    init() throws { world = try World() }

    // MARK: The request

    @Test func `one domain is asked for by name, several as any Workspace, and none where consumers may come`()
        async throws
    {
        #expect(try await world.parameters(world.provider())["hd"] == "acme.example")
        let several = try world.provider { $0.hostedDomains = ["acme.example", "acme.org"] }
        #expect(try await world.parameters(several)["hd"] == "*")
        #expect(try await world.parameters(world.provider { $0.hostedDomains = [] })["hd"] == "*")
        #expect(try await world.parameters(world.provider { $0.allowConsumerAccounts = true })["hd"] == nil)
    }

    @Test func `a refresh token is asked for Google's way`() async throws {
        let plain = try await world.parameters(world.provider())
        #expect(plain["access_type"] == nil && plain["prompt"] == nil && plain["claims"] == nil)
        let offline = try await world.parameters(world.provider { $0.offlineAccess = true })
        #expect(offline["access_type"] == "offline")
        #expect(offline["prompt"] == "consent")
        #expect(offline["scope"] == "openid profile email")
    }

    @Test func `the time of sign-in is asked for where it will be looked at`() async throws {
        let recent = AuthenticationRequirements(maximumAge: .seconds(60))
        let sent = try await world.parameters(world.provider(), recent)
        #expect(sent["claims"] == #"{"id_token":{"auth_time":{"essential":true}}}"#)
    }

    // MARK: The answer

    @Test func `a person of the Workspace is known by sub, and the Workspace owns the address`() async throws {
        try world.grant()
        let identity = try await world.bench.login(try world.provider())
        #expect(
            identity.subject
                == SubjectKey(connection: "acme", issuer: World.issuer, subject: "110169484474386276334"))
        #expect(identity.email?.address.description == "alice@acme.example")
        #expect(identity.email?.evidence == .tenantOwnsDomain)
        #expect(identity.groups == .unsupported)
    }

    @Test func `the domain is compared as a domain, not as text`() async throws {
        try world.grant { $0["hd"] = "ACME.example" }
        #expect(try await world.bench.login(try world.provider()).email?.evidence == .tenantOwnsDomain)
        try world.grant {
            $0["hd"] = "xn--bcher-kva.example"
            $0["email"] = "alice@xn--bcher-kva.example"
        }
        let provider = try world.provider { $0.hostedDomains = ["bücher.example"] }
        #expect(try await world.bench.login(provider).email?.evidence == .tenantOwnsDomain)
    }

    @Test(arguments: ["evil.example", "sub.acme.example", "acme.example.evil.example", "example", "xacme.example"])
    func `an account of another Workspace is not admitted`(hosted: String) async throws {
        try world.grant { $0["hd"] = .string(hosted) }
        let provider = try world.provider()
        if EmailDomain(hosted) == nil {
            #expect(await world.bench.refusal(provider)?.code == .upstreamInvalid)
        } else {
            #expect(try await world.bench.denial(provider)?.reason == .notAdmitted)
        }
        let consumers = try world.provider { $0.allowConsumerAccounts = true }
        #expect((try? await world.bench.login(consumers)) == nil)
    }

    @Test func `an account without hd is not admitted, whatever its address`() async throws {
        for email in ["alice@acme.example", "alice@gmail.com"] {
            try world.grant {
                $0["hd"] = nil
                $0["email"] = .string(email)
            }
            #expect(try await world.bench.denial(world.provider())?.reason == .notAdmitted)
            #expect(try await world.bench.denial(world.provider { $0.hostedDomains = [] })?.reason == .notAdmitted)
        }
    }

    @Test func `hd of UserInfo counts for nothing`() async throws {
        try world.grant {
            $0["hd"] = nil
            $0["name"] = nil
        }
        world.transport.on(
            "accounts.google.com/userinfo",
            json: #"{"sub":"110169484474386276334","name":"Alice","hd":"acme.example"}"#)
        #expect(try await world.bench.denial(world.provider())?.reason == .notAdmitted)
    }

    @Test(arguments: [JSONValue.null, "", 7, ["acme.example"], "acme.example,evil.example", "*", "acme.example."])
    func `an hd that is not one domain refuses, also where consumers may come`(hosted: JSONValue) async throws {
        try world.grant { $0["hd"] = hosted }
        #expect(await world.bench.refusal(try world.provider())?.code == .upstreamInvalid)
        #expect(
            await world.bench.refusal(try world.provider { $0.allowConsumerAccounts = true })?.code == .upstreamInvalid)
    }

    @Test func `without a list every Workspace is admitted, and owns no domain here`() async throws {
        try world.grant { $0["hd"] = "evil.example" }
        let identity = try await world.bench.login(try world.provider { $0.hostedDomains = [] })
        #expect(identity.email?.evidence == .idpVerified)
    }

    @Test func `an address outside of the list is only Google's word`() async throws {
        try world.grant { $0["email"] = "alice@partner.example" }
        #expect(try await world.bench.login(try world.provider()).email?.evidence == .idpVerified)
    }

    @Test(arguments: [JSONValue.bool(false), "true", 1, .null, nil] as [JSONValue?])
    func `an address that is not verified as JSON true has no evidence`(verified: JSONValue?) async throws {
        try world.grant { $0["email_verified"] = verified }
        world.transport.on("accounts.google.com/userinfo", json: #"{"sub":"110169484474386276334"}"#)
        #expect(try await world.bench.login(try world.provider()).email?.evidence == Email.Evidence.none)
    }

    @Test func `of a consumer account only Google's own addresses are believed`() async throws {
        let provider = try world.provider { $0.allowConsumerAccounts = true }
        for (email, evidence) in [
            ("alice@gmail.com", Email.Evidence.idpVerified), ("alice@googlemail.com", .idpVerified),
            ("alice@acme.example", .none), ("alice+gmail.com@acme.example", .none), ("alice@notgmail.com", .none),
        ] {
            try world.grant {
                $0["hd"] = nil
                $0["email"] = .string(email)
            }
            #expect(try await world.bench.login(provider).email?.evidence == evidence, "\(email)")
        }
    }

    // MARK: Tokens that are not for here

    @Test(arguments: [
        ("iss", JSONValue.string("accounts.google.com"), LoginError.Code.issuerMismatch),
        ("iss", "https://accounts.google.com/", .issuerMismatch),
        ("aud", "other.apps.googleusercontent.com", .audienceMismatch),
        ("azp", "other.apps.googleusercontent.com", .audienceMismatch), ("aud", nil, .audienceMismatch),
        ("nonce", nil, .nonceMismatch), ("sub", "", .subjectInvalid),
    ])
    func `a token of another issuer, client or login is refused`(
        name: String, value: JSONValue?, code: LoginError.Code
    ) async throws {
        try world.grant { $0[name] = value }
        #expect(await world.bench.refusal(try world.provider())?.code == code)
    }

    @Test func `only RS256 is taken, even of a key that Google publishes`() async throws {
        let other = try SigningKey.generate(.es256, kid: "k2")
        world.transport.on(
            "accounts.google.com/certs",
            json: String(decoding: JWKSet(keys: [world.key.publicKey, other.publicKey]).serialized(), as: UTF8.self))
        let token = try other.issue(claims: ["iss": .string(World.issuer)])
        let answer: JSONObject = ["access_token": "a", "token_type": "Bearer", "id_token": .string(token)]
        world.transport.on(World.token, json: answer.text)
        #expect(await world.bench.refusal(try world.provider())?.code == .algorithmNotAllowed)
    }
}
