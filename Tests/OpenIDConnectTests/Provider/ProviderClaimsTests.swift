import Broker
import Foundation
import JOSE
import OpenIDConnect
import Testing

@Suite struct ProviderClaimsTests {
    static let person = PersonalClaims.Person(
        values: [
            "name": ["Ann B Other"], "given_name": ["Ann B"], "family_name": ["Other"], "email": ["ann@acme.example"],
            "portal_name": ["ann.old@acme.example"], "customer": ["c_1"], "organization": ["acme"],
            "attribute.department": ["Sales"], "attribute.sites": ["Bern", "Genf"],
        ], groups: ["staff", "vip"])

    @Test(arguments: [
        ("${portal_name}", ["ann.old@acme.example"]), ("${given_name} ${family_name}", ["Ann B Other"]),
        ("dept-${attribute.department}", ["dept-Sales"]), ("${attribute.sites}", ["Bern", "Genf"]),
        ("fixed", ["fixed"]), ("${organization}:${customer}", ["acme:c_1"]), ("a}b", ["a}b"]),
    ])
    func `fills a template in`(_ text: String, values: [String]) throws {
        #expect(try #require(ClaimTemplate(text)).values(Self.person.values) == values)
    }

    @Test(arguments: ["${attribute.none}", "x ${attribute.none}", "at ${attribute.sites}", ""])
    func `says nothing by half`(_ text: String) throws {
        #expect(try #require(ClaimTemplate(text)).values(Self.person.values) == nil)
    }

    @Test(arguments: ["${unknown}", "${name", "${}", "${attribute.}", "${ name }", "x ${password} y"])
    func `knows no other variables`(_ text: String) {
        #expect(ClaimTemplate(text) == nil)
    }

    @Test func `does not read a value as a template`() throws {
        var values = Self.person.values
        values["name"] = ["${email}"]
        #expect(try #require(ClaimTemplate("${name}")).values(values) == ["${email}"])
        #expect(try #require(ClaimTemplate("<${name}>")).values(values) == ["<${email}>"])
    }

    @Test(arguments: [("Ann Other", "Ann", "Other"), ("Ann B  Other", "Ann B", "Other")])
    func `takes a display name apart at its last word`(_ name: String, given: String, family: String) throws {
        let parts = try #require(NameParts.split(name))
        #expect(parts.given == given)
        #expect(parts.family == family)
    }

    @Test(arguments: ["Ann", "", "  "])
    func `makes nothing of one word`(_ name: String) { #expect(NameParts.split(name) == nil) }

    // MARK: By scope

    private func prefixed(_ prefix: String) throws -> PersonalClaims.Groups {
        .init(
            claim: "groups",
            prefix: try #require(ClaimTemplate(prefix, variables: ["organization"], hasAttributes: false)))
    }

    @Test func `tells by scope`() throws {
        let extra = ["department": try #require(ClaimTemplate("${attribute.department}"))]
        let claims = PersonalClaims(extra: extra, groups: try prefixed("vestibule-${organization}:"))
        #expect(claims.object(["openid"], of: Self.person) == [:])
        #expect(
            claims.object(["openid", "profile"], of: Self.person) == [
                "preferred_username": "ann.old@acme.example", "name": "Ann B Other", "department": "Sales",
            ])
        #expect(
            claims.object(["openid", "email"], of: Self.person) == [
                "email": "ann@acme.example", "email_verified": true,
            ])
        #expect(
            claims.object(["openid", "groups"], of: Self.person) == [
                "groups": ["vestibule-acme:staff", "vestibule-acme:vip"]
            ])
        #expect(claims.scopes == ["openid", "profile", "email", "groups"])
        #expect(claims.names == ["department", "email", "email_verified", "groups", "name", "preferred_username"])
    }

    @Test func `tells all groups or none`() throws {
        let claims = PersonalClaims(groups: try prefixed("vestibule-${organization}:"))
        var person = Self.person
        person.groups = nil
        #expect(!claims.object(["groups"], of: person).contains("groups"))
        person.groups = []
        #expect(claims.object(["groups"], of: person) == ["groups": []])
        person.values["organization"] = nil
        #expect(!claims.object(["groups"], of: person).contains("groups"))
        #expect(PersonalClaims().object(["groups"], of: Self.person) == [:])
        #expect(PersonalClaims().scopes == ["openid", "profile", "email"])
    }

    // MARK: Tokens, read by our own relying party

    private var claims: IDTokenClaims {
        IDTokenClaims(
            issuer: Portal.issuer, subject: "c_1", clientID: "jira", issuedAt: 1_780_000_000, expiresAt: 1_780_000_300,
            authenticatedAt: 1_779_999_990, sessionID: "_sid")
    }

    @Test func `says in an ID token what a strict client asks for`() throws {
        let key = try SigningKey.generate(.rs256, kid: "k")
        var claims = claims
        (claims.nonce, claims.acr, claims.amr, claims.accessToken) = ("n-1", "urn:two", ["pwd", "otp"], "t-1")
        claims.personal = PersonalClaims().object(["profile"], of: Self.person)
        let token = try key.issue(claims: claims.object(algorithm: .rs256))
        let read = try IDTokenVerifier(algorithms: [.rs256]).verify(
            token, keys: JWKSet(keys: [key.publicKey]),
            expecting: TokenExpectations(
                issuer: Portal.issuer, clientID: "jira", nonce: "n-1", now: Timestamp(seconds: 1_780_000_010),
                accessToken: Secret("t-1"), maximumAge: .seconds(30), acrValues: ["urn:two"]))
        #expect(read.subject == "c_1")
        #expect(read.claims.string("sid") == "_sid")
        #expect(read.claims.strings("amr") == ["pwd", "otp"])
        #expect(read.claims.contains("at_hash"))
        #expect(!read.claims.contains("azp"))
        #expect(read.claims.string("preferred_username") == "ann.old@acme.example")
    }

    @Test func `leaves out what is not known`() {
        let object = claims.object(algorithm: .rs256)
        #expect(object.keys == ["iss", "sub", "aud", "exp", "iat", "auth_time", "sid"])
    }

    @Test func `lets no claim of a person take the place of the protocol's`() {
        var claims = claims
        for name in IDTokenClaims.reserved { claims.personal[name] = "forged" }
        #expect(!claims.object(algorithm: .rs256).text.contains("forged"))
    }

    @Test func `makes logout tokens that a strict client takes, and that are no ID tokens`() throws {
        let key = try SigningKey.generate(.rs256, kid: "k")
        let claims = LogoutTokenClaims(
            issuer: Portal.issuer, subject: "c_1", clientID: "jira", issuedAt: 1_780_000_000, expiresAt: 1_780_000_120,
            tokenID: "j-1", sessionID: "_sid")
        let token = try key.issue(claims: claims.object, typ: LogoutTokenClaims.type)
        let (keys, expected) = (
            JWKSet(keys: [key.publicKey]),
            TokenExpectations(issuer: Portal.issuer, clientID: "jira", now: Timestamp(seconds: 1_780_000_010))
        )
        let read = try LogoutTokenVerifier(algorithms: [.rs256]).verify(token, keys: keys, expecting: expected)
        #expect((read.subject, read.sessionID, read.tokenID) == ("c_1", "_sid", "j-1"))
        #expect(throws: LoginError.self) {
            try IDTokenVerifier(algorithms: [.rs256]).verify(token, keys: keys, expecting: expected)
        }
    }

    // MARK: Discovery

    @Test func `describes itself so that our own relying party takes it`() throws {
        let object = ProviderDocument.object(
            issuer: Portal.issuer, client: Portal.client, claims: PersonalClaims().names)
        let metadata = try Discovery.process(.json(object.text), issuer: Portal.issuer)
        #expect(metadata.tokenEndpoint.absoluteString == Portal.issuer + "/token")
        #expect(metadata.endSessionEndpoint?.absoluteString == Portal.issuer + "/logout")
        #expect(metadata.sendsIssuerInResponse)
        #expect(metadata.codeChallengeMethods == ["S256"])
        #expect(metadata.tokenEndpointAuthMethods == ["client_secret_basic"])
        #expect(metadata.scopes == ["openid", "profile", "email"])
        #expect(object.bool("request_uri_parameter_supported") == false)
        #expect(!object.contains("token_endpoint_auth_signing_alg_values_supported"))
    }

    @Test func `names the algorithms of a client that signs`() {
        let client = RegisteredClient(id: "jira", authentication: .privateKeyJWT, redirectURIs: [Portal.callback])
        let object = ProviderDocument.object(issuer: Portal.issuer, client: client, claims: [])
        #expect(object.strings("token_endpoint_auth_signing_alg_values_supported") == ClientAssertion.algorithms)
    }
}
