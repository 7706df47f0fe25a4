import Broker
import Testing
import XMLSecurity

@testable import SAML

private typealias World = MetadataWorld

@Suite struct MetadataCheckTests {
    private struct Refused {
        let check: String
        let rule: String
        let xml: String

        init(_ check: String, _ rule: String, _ xml: String) {
            self.check = check
            self.rule = rule
            self.xml = xml
        }

        /// Without any role there are neither keys nor endpoints, and other checks refuse too.
        var refusesAlone: Bool { rule != "metadata_role_missing" || xml.contains("</md:IDPSSODescriptor><md:IDPSSO") }
    }

    private func logout(_ attributes: String) -> String {
        "<md:SingleLogoutService Binding=\"\(SAMLURI.postBinding)\" \(attributes)/>"
    }

    /// A role with a key and an endpoint, and this beside them.
    private func beside(_ content: String, attributes: String = "") throws -> String {
        World.entity(World.role(try World.keyDescriptor() + World.sso + content, attributes: attributes))
    }

    /// A role with an endpoint and these keys only.
    private func keys(_ keys: String) -> String { World.entity(World.role(keys + World.sso)) }

    private let past = "validUntil=\"2026-01-15T12:00:00Z\""
    private let elsewhere = "Location=\"https://idp.example/slo\" ResponseLocation=\"javascript:alert(1)\""

    private func roles() throws -> [Refused] {
        let good = try World.keyDescriptor() + World.sso
        return [
            World.entity(""), World.entity(World.role(good, protocols: "urn:x")),
            World.entity(World.role(good) + World.role(good)),
        ].map { Refused("role", "metadata_role_missing", $0) }
    }

    private func times() throws -> [Refused] {
        [
            Refused("validUntil", "metadata_valid_until", try World.document(attributes: "validUntil=\"tomorrow\"")),
            Refused(
                "validUntil", "metadata_valid_until",
                try World.document(attributes: "validUntil=\"2027-01-01T00:00:00+01:00\"")),
            Refused("expiry", "metadata_expired", try World.document(attributes: past)),
            Refused("expiry", "metadata_expired", World.entities(try World.document(), attributes: past)),
            Refused("expiry", "metadata_expired", try beside("", attributes: past)),
        ]
    }

    private func certificates() throws -> [Refused] {
        var refused: [Refused] = []
        for text in ["AAAA", "", "*"] {
            let descriptor = World.keyDescriptor(certificate: text)
            refused.append(Refused("certificates", "metadata_certificate_unreadable", try beside(descriptor)))
        }
        let none = ["", try World.keyDescriptor(use: "encryption"), try World.keyDescriptor(use: "Signing")]
        refused += none.map { Refused("keys", "metadata_no_keys", keys($0)) }
        return refused + [Refused("keys", "metadata_key_too_weak", keys(try World.keyDescriptor(World.shortKey)))]
    }

    private func endpoints() throws -> [Refused] {
        let none = World.entity(World.role(try World.keyDescriptor()))
        var refused = [Refused("singleSignOn", "metadata_single_sign_on_missing", none)]
        for attributes in ["", "Location=\"http://idp.example/slo\"", elsewhere] {
            refused.append(Refused("locations", "metadata_location", try beside(logout(attributes))))
        }
        return refused
    }

    @Test func `each check refuses, by its own name, what no other check refuses`() throws {
        let all = try roles() + times() + certificates() + endpoints()
        for each in all {
            #expect(try World.rule(each.xml) == each.rule, "\(each.check)")
            let others = MetadataCheck.all.filter { $0.name != each.check }
            #expect(others.count == MetadataCheck.all.count - 1)
            let reader = MetadataReader(entityID: World.entityID, now: World.now, checks: others)
            let without = try World.rule { try reader.read(Array(each.xml.utf8)) }
            #expect(each.refusesAlone == (without == nil), "\(each.check): \(without ?? "-")")
        }
        #expect(Set(all.map(\.check)).union(["lifetime"]) == Set(MetadataCheck.all.map(\.name)))
    }

    @Test func `signed metadata must end within 14 days`() throws {
        let rule = { (until: String?) in
            let xml = try World.document(attributes: until.map { "validUntil=\"\($0)\"" } ?? "")
            return try World.rule { try World.reader(.signed).read(Array(xml.utf8)) }
        }
        #expect(try rule(nil) == "metadata_valid_until_missing")
        #expect(try rule("2026-01-29T12:00:01Z") == "metadata_valid_until_too_far")
        #expect(try rule("2026-01-29T12:00:00Z") == nil)
        #expect(try rule("2026-01-15T12:00:01Z") == nil)
        #expect(try rule("2026-01-15T12:00:00Z") == "metadata_expired")
    }

    @Test func `the earliest end of all enclosing elements counts`() throws {
        let xml = World.entities(
            World.entity(
                World.role(
                    try World.keyDescriptor() + World.sso, attributes: "validUntil=\"2026-01-16T00:00:00Z\""),
                attributes: "validUntil=\"2026-01-18T00:00:00Z\""), attributes: "validUntil=\"2027-01-01T00:00:00Z\"")
        #expect(try World.read(xml).validUntil == SAMLTime.parse("2026-01-16T00:00:00Z"))
    }

    @Test(arguments: [
        "javascript:alert(1)", "http://idp.example/sso", "https://", "/sso", "https://a@idp.example/sso",
        "data:text/html,x",
        "https://idp.example/sso#x", "https://idp.example/s so", "https://idp.ex\u{E4}mple/sso", "",
    ])
    func `a browser is sent to https URLs and nowhere else`(location: String) throws {
        let xml = World.entity(
            World.role(
                try World.keyDescriptor()
                    + "<md:SingleSignOnService Binding=\"\(SAMLURI.redirectBinding)\" Location=\"\(location)\"/>"))
        #expect(try World.rule(xml) == "metadata_location")
    }

    @Test(arguments: ["http://idp.localhost:8080/sso", "http://127.0.0.1/sso", "https://idp.example/sso?tenant=1"])
    func `http is for hosts that nothing leaves`(location: String) throws {
        let xml = World.entity(
            World.role(
                try World.keyDescriptor()
                    + "<md:SingleSignOnService Binding=\"\(SAMLURI.redirectBinding)\" Location=\"\(location)\"/>"))
        #expect(try World.read(xml).singleSignOn.map(\.location) == [location])
    }
}

@Suite struct MetadataKeysTests {
    private func spki(_ keys: PrivateKey?...) throws -> [[UInt8]] {
        try keys.map { try unwrap($0).subjectPublicKeyInfo }
    }

    private func keys(_ descriptors: String...) throws -> IdentityProviderDescription {
        try World.read(World.entity(World.role(descriptors.joined() + World.sso)))
    }

    @Test func `every signing key counts, once and in order`() throws {
        let found = try keys(
            World.keyDescriptor(World.key(1)), World.keyDescriptor(World.key(0)), World.keyDescriptor(World.key(1)),
            World.keyDescriptor(World.curveKey))
        #expect(
            try found.signingKeys.map(\.key.subjectPublicKeyInfo)
                == spki(World.key(1), World.key(0), World.curveKey))
    }

    @Test func `a KeyDescriptor without use is for signing too, one for encryption is not`() throws {
        let found = try keys(
            World.keyDescriptor(World.key(1), use: nil), World.keyDescriptor(World.key(0), use: "encryption"))
        #expect(try found.signingKeys.map(\.key.subjectPublicKeyInfo) == spki(World.key(1)))
    }

    @Test func `several certificates in one KeyInfo are several keys`() throws {
        let two = try World.keyDescriptor().replacing(
            "</ds:X509Data>",
            with: """
                <ds:X509Certificate>\(Base64.encode(try World.certificate(World.key(1))))</ds:X509Certificate>\
                </ds:X509Data>
                """)
        #expect(try keys(two).signingKeys.map(\.key.subjectPublicKeyInfo) == spki(World.key(0), World.key(1)))
    }

    @Test func `a short key beside a long one does not count, and the operator is told`() throws {
        let found = try keys(World.keyDescriptor(World.shortKey), World.keyDescriptor(World.key(0)))
        #expect(try found.signingKeys.map(\.key.subjectPublicKeyInfo) == spki(World.key(0)))
        #expect(found.ignoredKeys == ["an RSA key has only 1024 bits"])
    }

    @Test func `a certificate may be broken over lines and not by a comment`() throws {
        let text = Base64.encode(try World.certificate(World.key(0)))
        let broken = "\n   " + text.prefix(64) + "\r\n\t" + text.dropFirst(64) + "\n"
        #expect(try keys(World.keyDescriptor(certificate: broken)).signingKeys.count == 1)
        let split = text.prefix(64) + "<!-- x -->" + text.dropFirst(64)
        let xml = World.entity(World.role(World.keyDescriptor(certificate: String(split)) + World.sso))
        #expect(try World.rule(xml) == "xml_comment_or_instruction")
    }
}
