import Broker
import BrokerModel
import JOSE
import Testing

@testable import BrokerEngine

@Suite struct IdentityHeadersTests {
    private static let now = Timestamp(seconds: 1_780_000_000)

    private func headers(
        _ change: (inout Customer) -> Void = { _ in }, key: SigningKey? = nil
    ) throws -> [String: String] {
        var customer = Customer(
            id: "c_1", organization: "acme", email: .address("ann@acme.example"),
            groups: GroupSet(["b", "a"], completeness: .complete), createdAt: Self.now)
        change(&customer)
        let session = Session(
            id: "s_1", customer: "c_1", subject: SubjectKey(connection: "x", issuer: "i", subject: "s"),
            organization: "acme", site: "portal", createdAt: Self.now, lastSeenAt: Self.now, idleDeadline: Self.now,
            absoluteDeadline: Self.now, authentication: AuthenticationContext())
        let made = try IdentityHeaders.make(
            for: customer, session: session,
            site: Site(id: "portal", kind: .cloud, origin: "https://portal.example"), issuer: "https://i.example",
            key: key ?? SigningKey.generate(.es256), at: Self.now)
        #expect(made.map(\.name) == IdentityHeaders.names)
        return Dictionary(uniqueKeysWithValues: made.map { ($0.name, $0.value) })
    }

    @Test func `the set is always whole`() throws {
        let full = try headers()
        #expect(full["X-Vestibule-User"] == "c_1")
        #expect(full["X-Vestibule-Email"] == "ann@acme.example")
        #expect(full["X-Vestibule-Groups"] == "a,b")
        #expect(full["X-Vestibule-Organization"] == "acme")
        let bare = try headers { ($0.email, $0.groups) = (nil, .unsupported) }
        #expect(bare["X-Vestibule-Email"]?.isEmpty == true)
        #expect(bare["X-Vestibule-Groups"]?.isEmpty == true)
    }

    @Test(arguments: [
        ("a,b", "a%2Cb"), ("a\r\nX-Evil: 1", "a%0D%0AX-Evil:%201"), ("100%", "100%25"), ("Zoë", "Zo%C3%AB"),
        ("a;b\"c", "a%3Bb%22c"), ("\u{0}\u{7F}", "%00%7F"), ("plain-Group_1/x", "plain-Group_1/x"),
    ]) func `a value can neither end its header nor split the list`(raw: String, escaped: String) throws {
        #expect(IdentityHeaders.escaped(raw) == escaped)
        let made = try headers { $0.groups = GroupSet([raw], completeness: .complete) }
        #expect(made["X-Vestibule-Groups"] == escaped)
    }

    @Test func `a long list is cut at a whole group`() throws {
        let groups = (0..<500).map { "group-\($0 + 1000)" }
        let value = try #require(
            headers { $0.groups = GroupSet(groups, completeness: .complete) }["X-Vestibule-Groups"])
        #expect(value.utf8.count <= IdentityHeaders.maximumGroupOctets)
        #expect(value.split(separator: ",").allSatisfy { groups.contains(String($0)) })
    }

    @Test func `the signed header is short-lived, for one site, and no session token`() throws {
        let key = try SigningKey.generate(.es256)
        let token = try #require(headers(key: key)["X-Vestibule-Identity"])
        let verifier = JWSVerifier(keys: [key.publicKey], algorithms: [.es256], kidPolicy: .required)
        let claims = try JWT.verify(token, with: verifier, types: AllowedTypes(["JWT"])).claims
        #expect(claims.string("aud") == "https://portal.example")
        #expect(claims.int64("exp") == Self.now.seconds + 60)
        #expect(claims.string("token_use") == "identity")
        #expect(
            try SessionToken.verify(
                token, with: verifier, issuer: "https://i.example", site: "portal", at: Self.now) == nil)
    }
}
