// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import XMLSecurity

/// Mistakes in one XML signature.
struct FaultyXMLSignature {
    let fault: SAMLFault
    let keys: SAMLKeys
    let algorithm: SignatureAlgorithm
    let lure: String
    /// What is signed, before it has a signature.
    let element: XMLText

    func xml(_ honest: SignatureDraft, id: String) throws -> XMLText {
        var draft = honest
        spoilReferences(&draft, id)
        spoilTransforms(&draft)
        try spoilDigest(&draft)
        let key = keys.key(for: algorithm)
        switch fault {
        case .signatureEmpty: return draft.xml(value: [])
        case .wrongKey, .keyInfoStranger, .keyInfoClone, .keyInfoRetrieval: return try byStranger(&draft)
        case .sha1Signature:
            draft.methodURI = SignatureAlgorithm.rsaSHA1.rawValue
            return try draft.xml(key: keys.active.privateKey, algorithm: .rsaSHA1)
        case .digestComment:
            // Canonicalisation leaves comments out: the value holds with and without it.
            let value = try key.privateKey.sign(try draft.signedOctets(), with: algorithm)
            draft.references[0].digestValue = Array("<!-- -->".utf8) + draft.references[0].digestValue
            return draft.xml(value: value)
        case .algorithmUnknown: draft.methodURI = "urn:example:rot13"
        case .hmacCertificate:
            draft.methodURI = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
            let secret = Array(PEM.text(key.certificate, label: "CERTIFICATE").utf8)
            return draft.xml(value: Digests.hmacSHA256(key: secret, message: try draft.signedOctets()))
        default: break
        }
        return try draft.xml(key: key.privateKey, algorithm: algorithm)
    }

    private func byStranger(_ draft: inout SignatureDraft) throws -> XMLText {
        let stranger = try SAMLStranger.key(
            algorithm.keyType, named: fault == .keyInfoClone ? keys.name : "Somebody else")
        draft.certificate = fault == .wrongKey ? nil : stranger.certificate
        if fault == .keyInfoRetrieval {
            draft.keyInfo = XMLText(
                draft.vocabulary.ds("RetrievalMethod"),
                [("Type", "http://www.w3.org/2000/09/xmldsig#rawX509Certificate"), ("URI", lure)])
        }
        return try draft.xml(key: stranger.privateKey, algorithm: algorithm)
    }

    private func spoilReferences(_ draft: inout SignatureDraft, _ id: String) {
        switch fault {
        case .twoReferences: draft.references += draft.references
        case .noReference: draft.references = []
        case .twoSignedInfo:
            var other = draft
            other.references[0].digestValue = Array(Base64.encode(Digests.sha256("another")).utf8)
            draft.decoy = other.signedInfo
        case .referenceWhole: draft.references[0].uri = ""
        case .referenceXPointer: draft.references[0].uri = "#xpointer(id('\(id)'))"
        case .referenceHTTP: draft.references[0].uri = lure
        case .referenceFile: draft.references[0].uri = "file:///etc/hostname"
        case .referenceOther: draft.references[0].uri = "#_another-element"
        default: break
        }
    }

    private func spoilTransforms(_ draft: inout SignatureDraft) {
        switch fault {
        case .transformXSLT:
            let program = XMLText(
                "xsl:stylesheet", [("xmlns:xsl", "http://www.w3.org/1999/XSL/Transform"), ("version", "1.0")])
            draft.references[0].transforms.append(
                draft.transform("http://www.w3.org/TR/1999/REC-xslt-19991116", [program]))
        case .transformXPath:
            let path = XMLText(
                draft.vocabulary.ds("XPath"), text: "not(ancestor-or-self::*[local-name()='Subject'])")
            draft.references[0].transforms.insert(
                draft.transform("http://www.w3.org/TR/1999/REC-xpath-19991116", [path]), at: 1)
        case .transformMany:
            draft.references[0].transforms += (0..<100).map { _ in draft.transform(SignatureDraft.exclusive) }
        case .canonicalWithComments: draft.canonicalization = SignatureDraft.exclusive + "WithComments"
        case .inclusiveCanonical: draft.canonicalization = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
        default: break
        }
    }

    private func spoilDigest(_ draft: inout SignatureDraft) throws {
        switch fault {
        case .digestOfNothing: draft.references[0].digestValue = Array(Base64.encode(Digests.sha256("")).utf8)
        case .sha1Digest:
            draft.references[0].digestMethod = DigestName.sha1.uri
            draft.references[0].digestValue = try sha1Digest(of: draft.references[0].uri)
        default: break
        }
    }

    /// The digest that xmlsec makes where it signs with RSA-SHA1.
    private func sha1Digest(of uri: String) throws -> [UInt8] {
        let signed = try SignatureMaker(key: keys.active.privateKey, algorithm: .rsaSHA1)
            .sign(element.bytes, id: String(uri.dropFirst()))
        let text = String(decoding: signed, as: UTF8.self)
        return text.firstMatch(of: /DigestValue>([^<]*)</).map { Array($0.1.utf8) } ?? []
    }
}
