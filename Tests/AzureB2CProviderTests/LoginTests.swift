import AzureB2CProvider
import Broker
import ConformanceKit
import Foundation
import JOSE
import OIDCProvider
import Testing

@Suite struct LoginTests {
    let world: World
    init() throws { world = try World() }

    // MARK: The issuer

    @Test func `signs in by the policy's metadata under the tenant's issuer`() async throws {
        try world.grant()
        let subject = try await world.bench.login(try world.provider()).subject
        #expect(
            subject
                == SubjectKey(
                    connection: "acme", issuer: World.issuer, tenant: World.tenantID,
                    subject: "11111111-0000-4000-8000-000000000011"))
        #expect(
            world.bench.transport.requests.first?.url.absoluteString
                == World.host + "/contoso.onmicrosoft.com/B2C_1_signin/v2.0/.well-known/openid-configuration")
    }

    @Test func `takes the issuer per policy where that is configured, and only there`() async throws {
        let issuer = "\(World.host)/tfp/\(World.tenantID)/b2c_1_signin/v2.0/"
        world.publish(policy: "b2c_1_signin", issuer: issuer)
        try world.grant(policy: "b2c_1_signin") { $0["iss"] = .string(issuer) }
        let provider = try world.provider {
            $0.issuerForm = .tfp
            $0.policies = ["b2c_1_signin"]
        }
        #expect(try await world.bench.login(provider).subject.issuer == issuer)
        try world.grant(policy: "b2c_1_signin")
        #expect(await world.bench.refusal(provider)?.code == .issuerMismatch)
        try world.grant { $0["iss"] = .string(issuer) }
        #expect(await world.bench.refusal(try world.provider())?.code == .issuerMismatch)
    }

    @Test func `signs in at a custom domain`() async throws {
        let host = "https://login.contoso.example"
        let issuer = "\(host)/\(World.tenantID)/v2.0/"
        world.publish(host: host, issuer: issuer)
        try world.grant(host: host) { $0["iss"] = .string(issuer) }
        let provider = try world.provider { $0.customDomain = "login.contoso.example" }
        #expect(try await world.bench.login(provider).subject.issuer == issuer)
        try world.grant(host: host)
        #expect(await world.bench.refusal(provider)?.code == .issuerMismatch)
    }

    @Test(arguments: [
        String(World.issuer.dropLast()), "\(World.host)/\(World.foreign)/v2.0/",
        "\(World.host)/contoso.onmicrosoft.com/B2C_1_signin/v2.0", "https://login.microsoftonline.com/{tenantid}/v2.0",
    ])
    func `metadata and tokens of another issuer are not believed`(issuer: String) async throws {
        try world.grant { $0["iss"] = .string(issuer) }
        #expect(await world.bench.refusal(try world.provider())?.code == .issuerMismatch)
        try world.grant()
        world.publish(issuer: issuer)
        #expect(await world.bench.refusal(try world.provider())?.code == .issuerMismatch)
        #expect(await (try world.provider()).lint().map(\.path) == [["policies"]])
    }

    // MARK: The policy

    static let allowed: [[String: JSONValue?]] = [
        ["tfp": "b2c_1_SIGNIN"], ["tfp": nil, "acr": "b2c_1_signin"], ["tfp": "B2C_1_other"],
        ["tfp": "B2C_1_signin", "acr": "urn:something"], ["tid": .string(World.tenantID)],
    ]

    @Test(arguments: allowed)
    func `takes a token of an allowed policy`(claims: [String: JSONValue?]) async throws {
        try world.grant { token in for (name, value) in claims { token[name] = value } }
        let provider = try world.provider { $0.policies = ["B2C_1_signin", "B2C_1_other"] }
        #expect(await world.bench.refusal(provider) == nil)
    }

    static let hostile: [([String: JSONValue?], LoginError.Code)] = [
        (["tfp": "B2C_1_signup"], .issuerMismatch), (["tfp": nil, "acr": "B2C_1_signup"], .issuerMismatch),
        (["tfp": "B2C_1_signup", "acr": "B2C_1_signin"], .issuerMismatch), (["tfp": nil], .issuerMismatch),
        (["tfp": ["B2C_1_signin"]], .issuerMismatch), (["tfp": .null, "acr": "B2C_1_signin"], .issuerMismatch),
        (["tfp": "B2C_1_signin2"], .issuerMismatch),
        (["tid": .string(World.foreign)], .issuerMismatch), (["tid": 7], .issuerMismatch),
        (["aud": .string(World.foreign)], .audienceMismatch),
        (["sub": "Not supported currently. Use oid claim."], .subjectInvalid),
    ]

    @Test(arguments: hostile)
    func `refuses a token of another policy, tenant, application, or of nobody`(
        claims: [String: JSONValue?], code: LoginError.Code
    ) async throws {
        try world.grant { token in for (name, value) in claims { token[name] = value } }
        #expect(await world.bench.refusal(try world.provider())?.code == code)
    }

    @Test func `a letter that folds to an ASCII one is not that letter`() async throws {
        world.publish(policy: "B2C_1_kiosk")
        let provider = try world.provider { $0.policies = ["B2C_1_kiosk"] }
        try world.grant(policy: "B2C_1_kiosk") { $0["tfp"] = "b2c_1_KIOSK" }
        #expect(await world.bench.refusal(provider) == nil)
        try world.grant(policy: "B2C_1_kiosk") { $0["tfp"] = "B2C_1_\u{212A}iosk" }
        #expect(await world.bench.refusal(provider)?.code == .issuerMismatch)
    }

    // MARK: The address

    @Test func `an address speaks for nothing unless the policy verifies it`() async throws {
        try world.grant { $0["email_verified"] = true }
        let email = try unwrap(try await world.bench.login(try world.provider()).email)
        #expect(email == Email(try unwrap(EmailAddress("alice@acme.example")), evidence: .none))
        let verifying = try world.provider { $0.emailVerifiedByPolicy = true }
        #expect(try await world.bench.login(verifying).email?.evidence == .idpVerified)
    }

    @Test(arguments: [[], ["a@acme.example", "b@acme.example"], "a@acme.example", [7], .null] as [JSONValue])
    func `a list of other than one address is none`(emails: JSONValue) async throws {
        try world.grant {
            $0["emails"] = emails
            $0["email"] = "c@acme.example"
        }
        #expect(try await world.bench.login(try world.provider { $0.emailVerifiedByPolicy = true }).email == nil)
    }

    @Test func `a custom policy's email counts where there is no list`() async throws {
        try world.grant {
            $0["emails"] = nil
            $0["email"] = "c@acme.example"
        }
        #expect(try await world.bench.login(try world.provider()).email?.address == EmailAddress("c@acme.example"))
        try world.grant { $0["emails"] = nil }
        #expect(try await world.bench.login(try world.provider()).email == nil)
        try world.grant { $0["emails"] = ["nobody"] }
        #expect(await world.bench.refusal(try world.provider())?.code == .emailMalformed)
    }

    // MARK: The requests

    @Test func `asks for a token of its own, and signs out at the policy`() async throws {
        let provider = try world.provider { $0.offlineAccess = true }
        guard case .redirect(let url) = try await provider.beginLogin(world.bench.request()).action else {
            throw KitFailure("another outcome")
        }
        let sent = try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))
        #expect(url.path() == "/contoso.onmicrosoft.com/B2C_1_signin/oauth2/v2.0/authorize")
        #expect(sent["scope"] == "openid \(World.clientID) offline_access")
        try world.grant()
        let identity = try await world.bench.login(provider)
        let step = try await provider.beginLogout(
            LogoutRequest(
                subject: identity.subject, session: try unwrap(identity.upstream), returnURL: world.bench.callbackURL,
                state: "s", requestID: "_r"))
        guard case .formPost(let logoutURL, let fields) = step else { throw KitFailure("another outcome") }
        #expect(logoutURL.absoluteString.contains("/B2C_1_signin/oauth2/v2.0/logout"))
        #expect(fields.contains { $0.name == "id_token_hint" })
        #expect(await provider.lint().isEmpty)
    }
}
