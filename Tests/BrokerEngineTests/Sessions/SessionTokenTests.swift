import Broker
import BrokerModel
import JOSE
import Testing

@testable import BrokerEngine

@Suite struct SessionTokenTests {
    private static let now: Int64 = 1_780_000_000

    private func claims(_ change: (inout SessionTokenClaims) -> Void = { _ in }) -> SessionTokenClaims {
        var claims = SessionTokenClaims(
            issuer: "https://portal.example/vestibule", customer: "c_0123456789abcdefghjkmnpqrs", site: "portal",
            issuedAt: Self.now, expiresAt: Self.now + 600, tokenID: "AAAAAAAAAAAAAAAAAAAAAA",
            session: "s_0123456789abcdefghjkmnpqrs", authenticatedAt: Self.now - 60, acr: "mfa", amr: ["pwd", "otp"],
            email: "ann@acme.example", name: "Ann Other", organization: "acme", connection: "acme-staff",
            groups: ["staff"], portals: ["*"])
        change(&claims)
        return claims
    }

    private func verify(
        _ token: String, _ key: SigningKey, site: SiteID = "portal", at now: Int64 = now + 1,
        issuer: String = "https://portal.example/vestibule"
    ) throws -> SessionToken.Verified? {
        try SessionToken.verify(
            token, with: JWSVerifier(keys: [key.publicKey], algorithms: [.es256], kidPolicy: .required),
            issuer: issuer, site: site, at: Timestamp(seconds: now))
    }

    @Test func `the claims are these, in this order`() {
        #expect(
            claims().object(withGroups: true).text == """
                {"iss":"https://portal.example/vestibule","sub":"c_0123456789abcdefghjkmnpqrs","aud":"portal",\
                "iat":1780000000,"exp":1780000600,"jti":"AAAAAAAAAAAAAAAAAAAAAA",\
                "sid":"s_0123456789abcdefghjkmnpqrs","auth_time":1779999940,"acr":"mfa","amr":["pwd","otp"],\
                "email":"ann@acme.example","name":"Ann Other","org":"acme","idp":"acme-staff","groups":["staff"],\
                "portals":["*"],"ver":1,"token_use":"session"}
                """)
    }

    @Test func `twenty groups of 36 characters fit into 2 KiB`() throws {
        let groups = (0..<20).map { number in
            "12345678-1234-1234-1234-1234567890\(number + 10)"
        }
        #expect(groups.allSatisfy { $0.utf8.count == 36 })
        let token = try SessionToken.issue(
            claims { $0.groups = groups }, with: SigningKey.generate(.es256))
        #expect(token.utf8.count <= 2048)
    }

    @Test func `a token opens for its own issuer, site and time only`() throws {
        let key = try SigningKey.generate(.es256)
        let token = try SessionToken.issue(claims(), with: key)
        #expect(try verify(token, key)?.session == "s_0123456789abcdefghjkmnpqrs")
        #expect(try verify(token, key, at: Self.now + 599) != nil)
        #expect(try verify(token, key, at: Self.now + 600) == nil)
        #expect(try verify(token, key, site: "other") == nil)
        #expect(try verify(token, key, issuer: "https://portal.example/vestibule/") == nil)
    }

    @Test func `another use, type or key opens nothing (M64)`() throws {
        let key = try SigningKey.generate(.es256)
        var object = claims().object(withGroups: true)
        object["token_use"] = "identity"
        #expect(try verify(key.issue(claims: object, typ: "JWT"), key) == nil)
        object["token_use"] = nil
        #expect(try verify(key.issue(claims: object, typ: "JWT"), key) == nil)
        let good = claims().object(withGroups: true)
        let head = try key.issue(claims: good, typ: AuditChain.headType)
        #expect(throws: JOSEError(.typNotAllowed)) { try verify(head, key) }
        let foreign = try SessionToken.issue(claims(), with: SigningKey.generate(.es256))
        #expect(throws: JOSEError(.unknownKey)) { try verify(foreign, key) }
    }

    @Test func `what is not signed is not taken`() throws {
        let key = try SigningKey.generate(.es256)
        let token = try SessionToken.issue(claims(), with: key)
        let parts = token.split(separator: ".").map(String.init)
        let none = Base64URL.encode(Array(#"{"alg":"none","typ":"JWT","kid":"\#(key.kid)"}"#.utf8))
        for forged in ["\(none).\(parts[1]).", "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])", "", "a.b.c"] {
            #expect(throws: JOSEError.self) { try verify(forged, key) }
        }
        let other = try SessionToken.issue(claims { $0.customer = "c_eve" }, with: key).split(separator: ".")
        #expect(throws: JOSEError(.signatureInvalid)) { try verify("\(parts[0]).\(other[1]).\(parts[2])", key) }
    }

    @Test func `a name of marks upon marks does not outgrow the cookie`() throws {
        let name = String(repeating: "a" + String(repeating: "\u{0301}", count: 100), count: 128)
        let token = try SessionToken.issue(
            claims {
                ($0.name, $0.acr) = (name + "\u{1}\u{2}", String(repeating: "\u{7}", count: 4000))
                $0.groups = []
            }, with: SigningKey.generate(.es256))
        #expect(token.utf8.count <= SessionTokenClaims.maximumOctets)
    }
}
