import Broker
import ConformanceKit
import EntraProvider
import Foundation
import JOSE
import OIDCProvider
import Testing

@Suite struct LoginTests {
    let world: World
    init() throws { world = try World() }

    // MARK: Whose token it is

    @Test func `a person is tid and oid, whatever sub says`() async throws {
        try world.grant()
        let expected = SubjectKey(
            connection: "acme", issuer: World.issuer(World.tenantA), tenant: World.tenantA, subject: World.person)
        #expect(try await world.bench.login(try world.provider()).subject == expected)
        #expect(try await world.bench.login(try world.provider([World.tenantB, World.tenantA])).subject == expected)
    }

    @Test func `each of several tenants signs in under its own issuer`() async throws {
        let provider = try world.provider([World.tenantA, World.tenantB])
        for tenant in [World.tenantA, World.tenantB] {
            try world.grant(tenant)
            let subject = try await world.bench.login(provider).subject
            #expect(subject.issuer == World.issuer(tenant) && subject.tenant == tenant)
        }
        #expect(
            world.bench.transport.requests.first?.url.absoluteString
                == World.login + "/organizations/v2.0/.well-known/openid-configuration")
    }

    static let foreignTokens: [(String, [String: JSONValue?], LoginError.Code)] = [
        ("tid not listed", ["iss": .string(World.issuer(World.foreign)), "tid": .string(World.foreign)], .notAdmitted),
        (
            "personal account", ["iss": .string(World.issuer(World.consumers)), "tid": .string(World.consumers)],
            .notAdmitted
        ),
        ("tid of A, iss of B", ["iss": .string(World.issuer(World.tenantB))], .issuerMismatch),
        ("tid of A, iss not listed", ["iss": .string(World.issuer(World.foreign))], .issuerMismatch),
        ("tid not listed, iss of A", ["tid": .string(World.foreign)], .notAdmitted),
        ("template as issuer", ["iss": .string(World.template)], .issuerMismatch),
        ("template as both", ["iss": .string(World.template), "tid": "{tenantid}"], .notAdmitted),
        ("no tid", ["tid": nil], .issuerMismatch),
        ("tid is a list", ["tid": [.string(World.tenantA)]], .issuerMismatch),
        ("tid in capitals", ["tid": .string(World.tenantA.uppercased())], .notAdmitted),
        (
            "version 1 issuer", ["iss": .string("https://sts.windows.net/\(World.tenantA)/")], .issuerMismatch
        ),
        ("issuer with a slash", ["iss": .string(World.issuer(World.tenantA) + "/")], .issuerMismatch),
        ("another application", ["aud": .string(World.foreign)], .audienceMismatch),
        ("no oid", ["oid": nil], .subjectInvalid), ("oid is no GUID", ["oid": "alice"], .subjectInvalid),
    ]

    @Test(arguments: foreignTokens)
    func `several tenants refuse a token that is another's`(
        name: String, claims: [String: JSONValue?], code: LoginError.Code
    ) async throws {
        try world.grant { token in for (name, value) in claims { token[name] = value } }
        #expect(await world.bench.refusal(try world.provider([World.tenantA, World.tenantB]))?.code == code, "\(name)")
    }

    @Test(arguments: foreignTokens)
    func `one tenant refuses a token that is another's`(
        name: String, claims: [String: JSONValue?], code: LoginError.Code
    ) async throws {
        try world.grant { token in for (name, value) in claims { token[name] = value } }
        let expected = code == .notAdmitted ? .issuerMismatch : code
        #expect(await world.bench.refusal(try world.provider())?.code == expected, "\(name)")
    }

    @Test func `personal accounts sign in only where their tenant is listed`() async throws {
        try world.grant(World.consumers)
        #expect(try await world.bench.login(try world.provider([World.consumers])).subject.tenant == World.consumers)
        let both = try world.provider([World.tenantA, World.consumers])
        #expect(try await world.bench.login(both).subject.tenant == World.consumers)
        #expect(world.bench.transport.requests.contains { $0.url.path().hasPrefix("/common/v2.0/") })
    }

    @Test func `metadata of another issuer is not believed`() async throws {
        try world.grant()
        world.publish(World.tenantA, issuer: World.template)
        #expect(await world.bench.refusal(try world.provider())?.code == .issuerMismatch)
        world.publish("organizations", issuer: World.issuer(World.tenantA))
        #expect(await world.bench.refusal(try world.provider([World.tenantA, World.tenantB]))?.code == .issuerMismatch)
    }

    @Test func `a shared key that is another tenant's signs for none of ours`() async throws {
        try world.grant()
        for issuer in [World.template, World.issuer(World.tenantB)] {
            world.publish("organizations", issuer: World.template, keyIssuer: issuer)
            #expect(await world.bench.refusal(try world.provider([World.tenantA, World.tenantB])) == nil)
        }
        world.publish("organizations", issuer: World.template, keyIssuer: World.issuer(World.consumers))
        #expect(
            await world.bench.refusal(try world.provider([World.tenantA, World.tenantB]))?.code == .upstreamInvalid)
    }

    @Test func `a refresh is for the same tid and oid, or for nobody`() async throws {
        try world.grant()
        let provider = try world.provider([World.tenantA, World.tenantB])
        let identity = try await world.bench.login(provider)
        let session = try unwrap(identity.upstream)
        try world.grant { $0["nonce"] = nil }
        guard case .updated(let again) = try await provider.refresh(session, of: identity.subject) else {
            throw KitFailure("another outcome")
        }
        #expect(again.subject == identity.subject)
        for (tenant, person, code) in [
            (World.tenantA, World.foreign, LoginError.Code.subjectInvalid),
            (World.tenantB, World.person, .subjectInvalid), (World.foreign, World.person, .notAdmitted),
        ] {
            try world.grant(tenant) {
                $0["nonce"] = nil
                $0["oid"] = .string(person)
            }
            let error = await refusal { () async throws(LoginError) in
                try await provider.refresh(session, of: identity.subject)
            }
            #expect(error?.code == code)
        }
    }

    // MARK: The address

    static let verified: [JSONValue] = [true, 1, "1", "true"]
    static let unverified: [JSONValue?] = [nil, false, 0, "0", "false", "TRUE", "yes", 2, .null, [true]]

    @Test(arguments: verified)
    func `an address counts where Microsoft verified the domain's owner`(value: JSONValue) async throws {
        try world.grant { $0["xms_edov"] = value }
        let email = try unwrap(try await world.bench.login(try world.provider()).email)
        #expect(email.address == EmailAddress("alice@acme.example") && email.evidence == .idpVerified)
    }

    @Test(arguments: unverified)
    func `a victim's address in an attacker's account speaks for nothing`(value: JSONValue?) async throws {
        try world.grant {
            $0["email"] = "victim@acme.example"
            $0["xms_edov"] = value
            $0["email_verified"] = true
        }
        #expect(try await world.bench.login(try world.provider()).email?.evidence == Email.Evidence.none)
        let owner = try world.provider { $0.emailEvidence = .tenantOwnsDomain }
        #expect(try await world.bench.login(owner).email?.evidence == .tenantOwnsDomain)
    }

    @Test func `preferred_username stands in for an address and is never verified`() async throws {
        try world.grant {
            $0["email"] = nil
            $0["xms_edov"] = true
        }
        let email = try unwrap(
            try await world.bench.login(try world.provider { $0.emailEvidence = .tenantOwnsDomain }).email)
        #expect(email.address == EmailAddress("alice.upn@acme.example") && email.evidence == .none)
        try world.grant {
            $0["email"] = nil
            $0["preferred_username"] = "+49 30 123"
        }
        #expect(try await world.bench.login(try world.provider()).email == nil)
        try world.grant { $0["email"] = "not an address" }
        #expect(await world.bench.refusal(try world.provider())?.code == .emailMalformed)
    }

    // MARK: The request

    @Test func `asks for what is configured and signs out at Entra ID`() async throws {
        let provider = try world.provider {
            $0.graphGroups = true
            $0.offlineAccess = true
        }
        guard case .redirect(let url) = try await provider.beginLogin(world.bench.request()).action else {
            throw KitFailure("another outcome")
        }
        let sent = try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))
        #expect(sent["scope"] == "openid profile email offline_access GroupMember.Read.All")
        #expect(sent["nonce"] == LoginSecrets.kit.nonce && sent["code_challenge_method"] == "S256")
        let ability: any IdentityProvider = provider
        #expect(ability is any UpstreamLogout && ability is any SessionRefresher && ability is any SettingsLint)
        #expect(await provider.lint().isEmpty)
    }
}
