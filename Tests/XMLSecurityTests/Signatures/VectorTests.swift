import Foundation
import Testing
import XMLSecurity

/// The folder of test vectors, which is not part of the package.
enum VectorFolder {
    static let url = ProcessInfo.processInfo.environment["VESTIBULE_VECTORS"].map {
        URL(filePath: $0).appending(path: "own-dev/saml")
    }

    static func octets(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: #require(url).appending(path: name)))
    }
}

/// The messages of the vectors whose refusal is this room's.
@Suite(.enabled(if: VectorFolder.url != nil, "VESTIBULE_VECTORS is not set: the SAML vectors were NOT run"))
struct VectorTests {
    private func keys(_ names: [String] = ["idp-a", "idp-a-ec"]) throws -> [PublicKey] {
        try names.map {
            try Certificate(text: String(decoding: VectorFolder.octets("keys/\($0).crt.pem"), as: UTF8.self)).key
        }
    }

    /// Verifies the root's signature, or that of the one assertion.
    private func verify(_ file: String) throws -> SignedElement {
        let document = try XMLDocument(parsing: VectorFolder.octets(file), limits: .message)
        try IdentifierCheck.run(document)
        let assertion = document.root.only(XMLName(.saml, "Assertion"))
        let element = document.root.only(.signature) != nil ? document.root : assertion ?? document.root
        return try SignatureVerifier(keys: keys(), policy: .standard).verify(element)
    }

    @Test(arguments: [
        "ok-assertion-signed", "ok-response-signed", "ok-both-signed", "ok-no-keyinfo", "ok-ecdsa-p256",
        "ok-inclusive-namespaces-xs", "ok-entities-in-values", "ok-pretty-printed",
    ])
    func `accepts a good message`(name: String) throws {
        #expect(try verify("\(name).xml").element.only(.signature) == nil)
    }

    @Test(arguments: [
        ("dtd-plain", XMLSecurityError.Code.dtd), ("dtd-xxe-file", .dtd), ("dtd-param-entity", .dtd),
        ("dtd-billion-laughs", .dtd), ("xml-two-roots", .notWellFormed), ("xml-trailing-garbage", .notWellFormed),
        ("xml-truncated", .notWellFormed), ("xml-invalid-utf8", .notUTF8), ("nameid-comment-truncation", .remark),
        ("c14n-relative-ns-void", .relativeNamespace), ("duplicate-id", .idDuplicate),
        ("attr-pollution-prefixed-id", .idAliased), ("no-signature", .signatureMissing),
        ("signature-removed-attacker-name", .signatureMissing), ("sig-outside-assertion", .signatureCoversOtherElement),
        ("digestvalue-comment-first", .remark), ("two-signedinfo", .signatureShape),
        ("two-references", .signatureShape), ("zero-references", .signatureShape), ("xsw8-object", .signatureShape),
        ("ref-whole-document", .signatureCoversOtherElement), ("ref-xpointer", .signatureCoversOtherElement),
        ("ref-file-uri", .signatureCoversOtherElement), ("ref-http-uri", .signatureCoversOtherElement),
        ("transform-xpath-drops-nameid", .transformNotAllowed), ("transform-xslt", .transformNotAllowed),
        ("transform-100-repeats", .transformNotAllowed), ("sig-empty-value", .signatureEmpty),
        ("alg-rsa-sha1", .signatureAlgorithmNotAllowed), ("alg-digest-sha1-only", .digestAlgorithmNotAllowed),
        ("hmac-cert-pem", .signatureAlgorithmNotAllowed), ("content-tampered", .digestMismatch),
        ("keyinfo-attacker-cert", .signatureInvalid), ("keyinfo-cloned-cert", .signatureInvalid),
        ("keyinfo-rsakeyvalue", .signatureInvalid), ("cross-idp-b-signs-as-a", .signatureInvalid),
    ])
    func `refuses a hostile message by its own rule`(name: String, code: XMLSecurityError.Code) {
        #expect(refusal { _ = try verify("\(name).xml") }?.code == code)
    }

    @Test func `decrypts the encrypted one and verifies what is inside`() throws {
        let pem = String(decoding: try VectorFolder.octets("keys/sp-enc.key.pem"), as: UTF8.self)
        let decryptor = Decryptor(
            keys: [try PrivateKey(pkcs8: PEM.octets(pem, label: "PRIVATE KEY"))], policy: .standard)
        let file = try VectorFolder.octets("ok-enc-gcm-oaep-signed-assertion.xml")
        let holder = try #require(
            try XMLDocument(parsing: file, limits: .message).root.only(XMLName(.saml, "EncryptedAssertion")))
        let plain = try XMLDocument(parsing: decryptor.decrypt(holder, isSigned: false), limits: .message)
        let signed = try SignatureVerifier(keys: keys(), policy: .standard).verify(plain.root)
        #expect(signed.element.isNamed(XMLName(.saml, "Assertion")))
    }
}
