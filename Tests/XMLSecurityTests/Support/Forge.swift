import TrustDocuments
import XMLSecurity

/// A message whose signature is made by a true key over whatever SignedInfo the test likes.
///
/// The verifier cannot refuse such a message for its key or its digest: what refuses it is the one thing that is wrong.
struct Forge: Sendable {
    static let dsig = "http://www.w3.org/2000/09/xmldsig#"
    static let excC14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
    static let enveloped = "<ds:Transform Algorithm=\"\(dsig)enveloped-signature\"/>"
    static let canonical = "<ds:Transform Algorithm=\"\(excC14N)\"/>"

    var id = "_m"
    /// What else stands in the message; it is signed.
    var content = "<m:Name>alice</m:Name>"
    var canonicalization = "<ds:CanonicalizationMethod Algorithm=\"\(excC14N)\"/>"
    var method = "<ds:SignatureMethod Algorithm=\"\(SignatureAlgorithm.rsaSHA256.rawValue)\"/>"
    var uri = "#_m"
    var transforms = enveloped + canonical
    var digestMethod = "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>"
    /// Instead of the true digest.
    var digestValue: String?
    /// Around the digest, which stands where the star is.
    var digestLeaf = "*"
    /// Inside SignedInfo, behind the Reference, and inside the Reference.
    var behindReference = ""
    var insideReference = ""
    /// Around the signature value, which stands where the star is.
    var signatureLeaf = "*"
    /// Behind SignatureValue.
    var behindValue = ""
    /// Before SignedInfo.
    var beforeInfo = ""
    var algorithm = SignatureAlgorithm.rsaSHA256
    var keyName = "rsa2048"
    var limits = XMLLimits.message

    /// The message, signed.
    func octets() throws -> [UInt8] {
        let digest = try digestValue ?? digestOfContent()
        let unsigned = message(signature(digest, value: ""))
        let info = try parse(unsigned, limits).root.first(.signature)?.first(XMLName(.dsig, "SignedInfo"))
        guard let info else { throw XMLSecurityError(.signatureShape, "the forge wrote no SignedInfo") }
        let value = try Fixtures.privateKey(keyName).sign(info.canonicalOctets(), with: algorithm)
        return Array(message(signature(digest, value: Base64.encode(value))).utf8)
    }

    /// The message, signed and parsed.
    func element() throws -> XMLElement { try XMLDocument(parsing: octets(), limits: limits).root }

    /// What the signature covers: the message without it.
    func signedOctets() throws -> [UInt8] { try parse(message(""), limits).root.canonicalOctets() }

    private func message(_ signature: String) -> String {
        "<m:Message xmlns:m=\"urn:example:message\" ID=\"\(id)\">\(signature)\(content)</m:Message>"
    }

    private func digestOfContent() throws -> String {
        let hex = Array(try Fingerprint.sha256Hex(signedOctets()).utf8)
        let octets = stride(from: 0, to: hex.count, by: 2).compactMap {
            UInt8(String(decoding: hex[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
        return Base64.encode(octets)
    }

    private func signature(_ digest: String, value: String) -> String {
        """
        <ds:Signature xmlns:ds="\(Self.dsig)">\(beforeInfo)<ds:SignedInfo>\(canonicalization)\(method)\
        <ds:Reference URI="\(uri)"><ds:Transforms>\(transforms)</ds:Transforms>\(digestMethod)\
        <ds:DigestValue>\(digestLeaf.replacing("*", with: digest))</ds:DigestValue>\(insideReference)</ds:Reference>\
        \(behindReference)</ds:SignedInfo>\
        <ds:SignatureValue>\(signatureLeaf.replacing("*", with: value))</ds:SignatureValue>\(behindValue)</ds:Signature>
        """
    }
}
