import SAML
import SAMLFuzzing
import XMLSecurity

/// Octets as the plaintext of an EncryptedAssertion: anybody can encrypt to our key.
struct DecryptedTarget: FuzzTarget {
    static let name = "decrypted"
    private let oracle: Oracle
    private let encryptor: Encryptor

    init(_ own: OwnDev) throws {
        let connection = try Acme(own)
        oracle = try Oracle(connection, signed: own.signedPersons())
        encryptor = try connection.encryptor
    }

    func problem(with input: [UInt8]) -> String? {
        guard let parts = try? encryptor.encrypt(input) else { return "cannot be encrypted" }
        switch oracle.judge(Self.response(around: parts)) {
        case .accepted, .refused: return nil
        case .forged(let whom): return "signs in \(whom)"
        }
    }

    private static func response(around parts: [XMLText]) -> [UInt8] {
        let assertion = ("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion")
        let success = XMLText("samlp:StatusCode", [("Value", "urn:oasis:names:tc:SAML:2.0:status:Success")])
        return XMLText(
            "samlp:Response",
            [
                ("xmlns:samlp", "urn:oasis:names:tc:SAML:2.0:protocol"), assertion, ("ID", "_outer"),
                ("Version", "2.0"),
                ("IssueInstant", "2026-01-15T11:59:30Z"), ("InResponseTo", "_req-0001"),
            ],
            [XMLText("samlp:Status", [], [success]), XMLText("saml:EncryptedAssertion", [], parts)]
        ).bytes
    }

    static func seeds(_ own: OwnDev) throws -> [[UInt8]] {
        try own.responses.compactMap { item in
            guard let root = try? MarkupParser.parse(own.octets(item.file)) else { return nil }
            return root.paths(named: "Assertion").first.flatMap { root.standalone($0)?.octets }
        }
    }
}
