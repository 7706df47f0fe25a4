import Foundation
import TrustDocuments
import XMLSecurity

@testable import SAML

/// An enveloped signature put together by hand: genuine, of a shape that no signer makes.
struct HandSignature: Sendable {
    var canonicalization = #"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#
    var method = #"<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>"#
    var uri: String
    var transforms = [Self.enveloped, Self.exclusive]
    var digestMethod = #"<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>"#
    /// Another digest than the right one.
    var digest: String?
    /// What stands in DigestValue before its text.
    var besideDigest = ""
    /// What stands in SignedInfo after the Reference.
    var besideReference = ""
    /// What follows SignatureValue.
    var besideValue = ""

    static let enveloped = #"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>"#
    static let exclusive = #"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#
    static let parameter = #"<x:parameter xmlns:x="urn:x"/>"#

    init(id: String) { uri = "#\(id)" }

    func with(_ change: (inout HandSignature) -> Void) -> HandSignature {
        var changed = self
        change(&changed)
        return changed
    }

    /// Signs an element that holds an Issuer, behind which the signature goes.
    func sign(_ xml: String, key: PrivateKey) throws -> String {
        let info = signedInfo(digest: try digest ?? Self.digest(of: xml))
        let standalone = info.replacing(
            "<ds:SignedInfo>", with: #"<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">"#)
        let octets = try XMLDocument(parsing: Array(standalone.utf8), limits: .metadata).root.canonicalOctets()
        let value = Base64.encode(try key.sign(octets, with: .rsaSHA256))
        let signature = """
            <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\(info)\
            <ds:SignatureValue>\(value)</ds:SignatureValue>\(besideValue)</ds:Signature>
            """
        let issuer = "</saml:Issuer>"
        return xml.replacing(issuer, with: issuer + signature, maxReplacements: 1)
    }

    private func signedInfo(digest: String) -> String {
        """
        <ds:SignedInfo>\(canonicalization)\(method)<ds:Reference URI="\(uri)"><ds:Transforms>\(transforms.joined())\
        </ds:Transforms>\(digestMethod)<ds:DigestValue>\(besideDigest)\(digest)</ds:DigestValue></ds:Reference>\
        \(besideReference)</ds:SignedInfo>
        """
    }

    /// SHA-256 of the canonical octets, as base64.
    static func digest(of xml: String) throws -> String {
        let octets = try XMLDocument(parsing: Array(xml.utf8), limits: .metadata).root.canonicalOctets()
        let hex = Array(Fingerprint.sha256Hex(octets))
        return Base64.encode(
            try stride(from: 0, to: hex.count, by: 2).map { try unwrap(UInt8(String(hex[$0...($0 + 1)]), radix: 16)) })
    }
}
