import Testing
import TrustDocuments

@testable import XMLSecurity

/// What happens to a message when the one check that refuses it is dropped.
enum Fallback: Sendable, Hashable {
    /// Nothing else refuses it: the message is accepted.
    case accepted
    /// A later barrier refuses it; it is named by its code and what it says.
    case refused(XMLSecurityError.Code, String)
}

/// A message that only one check refuses.
struct OnlyCaught: Sendable, CustomStringConvertible {
    let check: String
    let description: String
    let code: XMLSecurityError.Code
    let fallback: Fallback
    let message: @Sendable () throws -> XMLElement

    init(
        _ check: String, _ description: String, _ code: XMLSecurityError.Code, without fallback: Fallback,
        _ change: @escaping @Sendable (inout Forge) throws -> Void
    ) {
        (self.check, self.description, self.code, self.fallback) = (check, description, code, fallback)
        message = {
            var forge = Forge()
            try change(&forge)
            return try forge.element()
        }
    }

    init(
        _ check: String, fixture: String, _ code: XMLSecurityError.Code, without fallback: Fallback
    ) {
        (self.check, description, self.code, self.fallback) = (check, fixture, code, fallback)
        message = { try Fixtures.signed(fixture) }
    }
}

/// Each check has a message, rightly signed by a pinned key, that it alone refuses.
@Suite struct CheckTableTests {
    private static let unprocessed = "the signature could not be processed"
    private static let invalid = "the signature does not verify under a configured key"
    private static let mismatch = "what was hashed is not the element that the signature stands in"
    private static let list = "the signature algorithm is not one of the list"

    static let table: [OnlyCaught] = [
        .init("children", "an Object behind SignatureValue", .signatureShape, without: .accepted) {
            $0.behindValue = "<ds:Object><m:Name>mallory</m:Name></ds:Object>"
        },
        .init("children", "KeyInfo and an Object", .signatureShape, without: .accepted) {
            $0.behindValue = "<ds:KeyInfo><ds:KeyName>x</ds:KeyName></ds:KeyInfo><ds:Object/>"
        },
        .init("children", "text beside the children", .signatureShape, without: .accepted) {
            $0.behindValue = "mallory"
        },
        .init(
            "children", "a second KeyInfo", .signatureShape,
            without: .refused(.signatureInvalid, unprocessed)
        ) {
            $0.behindValue = "<ds:KeyInfo/><ds:KeyInfo/>"
        },
        .init("signedInfo", "text beside the Reference", .signatureShape, without: .accepted) {
            $0.behindReference = "mallory"
        },
        .init(
            "signedInfo", "a second Reference to the same element", .signatureShape,
            without: .refused(.signatureCoversOtherElement, mismatch)
        ) { forge in
            let digest = try Base64.encode(hashed(Forge().signedOctets()))
            forge.behindReference = """
                <ds:Reference URI="#_m"><ds:Transforms>\(Forge.enveloped)\(Forge.canonical)</ds:Transforms>\
                \(forge.digestMethod)<ds:DigestValue>\(digest)</ds:DigestValue></ds:Reference>
                """
        },
        .init(
            "signedInfo", "an element behind the digest", .signatureShape,
            without: .refused(.signatureInvalid, unprocessed)
        ) {
            $0.insideReference = "<ds:DigestValue>AAAA</ds:DigestValue>"
        },
        .init("leaves", "an element inside SignatureValue", .signatureLeaf, without: .accepted) {
            $0.signatureLeaf = "<m:x/>*"
        },
        .init(
            "leaves", "an empty SignatureValue", .signatureEmpty,
            without: .refused(.signatureInvalid, unprocessed)
        ) {
            $0.signatureLeaf = ""
        },
        .init(
            "canonicalization", "21 inclusive prefixes for SignedInfo", .canonicalizationNotAllowed,
            without: .accepted
        ) {
            $0.canonicalization = """
                <ds:CanonicalizationMethod Algorithm="\(Forge.excC14N)">\(inclusive(21))</ds:CanonicalizationMethod>
                """
        },
        .init(
            "canonicalization", "inclusive canonicalisation of SignedInfo", .canonicalizationNotAllowed,
            without: .refused(.signatureInvalid, unprocessed)
        ) {
            $0.canonicalization =
                "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/>"
        },
        .init(
            "canonicalization", "canonicalisation of SignedInfo with comments", .canonicalizationNotAllowed,
            without: .refused(.signatureInvalid, unprocessed)
        ) {
            $0.canonicalization = "<ds:CanonicalizationMethod Algorithm=\"\(Forge.excC14N)WithComments\"/>"
        },
        .init("method", "a parameter inside SignatureMethod", .signatureAlgorithmNotAllowed, without: .accepted) {
            $0.method = $0.method.replacing("/>", with: "><m:x/></ds:SignatureMethod>")
        },
        .init(
            "method", fixture: "rsa2048-sha1", .signatureAlgorithmNotAllowed,
            without: .refused(.digestAlgorithmNotAllowed, "the digest algorithm is not one of the list")),
        .init(
            "method", "SHA-1 over a good digest", .signatureAlgorithmNotAllowed,
            without: .refused(.signatureAlgorithmNotAllowed, list)
        ) {
            $0.algorithm = .rsaSHA1
            $0.method = "<ds:SignatureMethod Algorithm=\"\(SignatureAlgorithm.rsaSHA1.rawValue)\"/>"
        },
        .init(
            "method", "HMAC", .signatureAlgorithmNotAllowed,
            without: .refused(.signatureAlgorithmNotAllowed, list)
        ) {
            $0.method = "<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256\"/>"
        },
        .init("digest", "a parameter inside DigestMethod", .digestAlgorithmNotAllowed, without: .accepted) {
            $0.digestMethod = $0.digestMethod.replacing("/>", with: "><m:x/></ds:DigestMethod>")
        },
        .init(
            "digest", fixture: "rsa2048-sha256-over-sha1", .digestAlgorithmNotAllowed,
            without: .refused(.signatureInvalid, unprocessed)),
        .init("reference", fixture: "transforms-hundred", .transformNotAllowed, without: .accepted),
        .init(
            "reference", "no canonicalisation, which leaves the inclusive one", .transformNotAllowed,
            without: .accepted
        ) {
            $0.transforms = Forge.enveloped
        },
        .init("reference", "21 inclusive prefixes", .transformNotAllowed, without: .accepted) {
            $0.transforms = Forge.enveloped + prefixed(21)
        },
        .init(
            "reference", fixture: "transform-xslt", .transformNotAllowed,
            without: .refused(.signatureInvalid, unprocessed)),
        .init(
            "reference", fixture: "transform-xpath", .transformNotAllowed,
            without: .refused(.signatureInvalid, unprocessed)),
        .init(
            "reference", fixture: "transform-inclusive", .transformNotAllowed,
            without: .refused(.signatureInvalid, unprocessed)),
        .init(
            "reference", fixture: "transform-comments", .transformNotAllowed,
            without: .refused(.signatureInvalid, unprocessed)),
        .init(
            "reference", fixture: "whole-document", .signatureCoversOtherElement,
            without: .refused(.signatureInvalid, unprocessed)),
        // What xmlsec says it hashed is compared once more behind the verification.
        .init(
            "reference", fixture: "xpointer", .signatureCoversOtherElement,
            without: .refused(.signatureCoversOtherElement, mismatch)),
        // Only the covered element's identifier is known to xmlsec.
        .init(
            "reference", "the identifier of a child", .signatureCoversOtherElement,
            without: .refused(.signatureInvalid, unprocessed)
        ) {
            $0.content = "<m:Name ID=\"_n\">alice</m:Name>"
            $0.uri = "#_n"
        },
        .init(
            "reference", "a file", .signatureCoversOtherElement,
            without: .refused(.signatureInvalid, unprocessed)
        ) { $0.uri = "file:///etc/hostname" },
        // No canonicalisation of a document that could be parsed leaves nothing; the digest cannot match.
        .init(
            "digest", "the SHA-256 of nothing", .digestOfNothing,
            without: .refused(.digestMismatch, "the element was changed after it was signed")
        ) {
            $0.digestValue = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        },
    ]

    @Test func `each check has a message that only it refuses`() {
        let tested = Set(Self.table.map(\.check))
        #expect(tested == Set(SignatureCheck.all.map(\.name)))
        #expect(SignatureCheck.all.allSatisfy { !$0.clause.isEmpty && $0.rule.hasPrefix("M") })
    }

    @Test(arguments: table)
    func `the full list refuses it by that check`(_ row: OnlyCaught) throws {
        let message = try row.message()
        let error = refusal { _ = try Self.verifier(SignatureCheck.all).verify(message) }
        #expect(error?.code == row.code)
        let check = try #require(SignatureCheck.all.first { $0.name == row.check })
        let context = try Self.context(message)
        #expect(refusal { try check.run(context) } == error)
    }

    @Test(arguments: table)
    func `without that check it is accepted, or a later barrier refuses it by another name`(_ row: OnlyCaught) throws {
        let message = try row.message()
        let verifier = try Self.verifier(SignatureCheck.all.filter { $0.name != row.check })
        switch row.fallback {
        case .accepted:
            let signed = try verifier.verify(message)
            #expect(signed.element.attribute("ID") == "_m")
        case .refused(let code, let detail):
            let error = refusal { _ = try verifier.verify(message) }
            #expect(error == XMLSecurityError(code, detail))
        }
    }

    @Test func `the message that the table changes is good`() throws {
        let signed = try Self.verifier(SignatureCheck.all).verify(Forge().element())
        #expect(signed.element.only(.signature) == nil)
        #expect(try signed.element.canonicalOctets() == Forge().signedOctets())
    }

    @Test func `twenty inclusive prefixes are as good as none`() throws {
        var forge = Forge()
        forge.transforms = Forge.enveloped + Self.prefixed(20)
        #expect(throws: Never.self) { try Self.verifier(SignatureCheck.all).verify(forge.element()) }
    }

    // MARK: Parts

    static func verifier(_ checks: [SignatureCheck]) throws -> SignatureVerifier {
        try SignatureVerifier(keys: [Fixtures.publicKey("rsa2048")], policy: .standard, checks: checks)
    }

    private static func context(_ message: XMLElement) throws -> SignatureCheck.Context {
        SignatureCheck.Context(
            signature: try #require(message.only(.signature)), covered: message, policy: .standard)
    }

    private static func inclusive(_ count: Int) -> String {
        let prefixes = (0..<count).map { "p\($0)" }.joined(separator: " ")
        return "<ec:InclusiveNamespaces xmlns:ec=\"\(Forge.excC14N)\" PrefixList=\"\(prefixes)\"/>"
    }

    private static func prefixed(_ count: Int) -> String {
        "<ds:Transform Algorithm=\"\(Forge.excC14N)\">\(inclusive(count))</ds:Transform>"
    }

    private static func hashed(_ octets: [UInt8]) throws -> [UInt8] {
        let hex = Array(Fingerprint.sha256Hex(octets).utf8)
        return stride(from: 0, to: hex.count, by: 2).compactMap {
            UInt8(String(decoding: hex[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }
}
