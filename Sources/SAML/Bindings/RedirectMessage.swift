package import XMLSecurity

/// A message that came by the HTTP-Redirect binding (SAML Bindings 3.4), not verified and not read.
///
/// Its content is reached through `verified`, or through the one path that says that nobody vouches for it.
package struct RedirectMessage: Sendable {
    /// Which parameter it came in.
    package let kind: MessageKind
    private let query: RedirectQuery
    private let signature: Signature?

    private struct Signature: Sendable {
        let algorithm: String
        let octets: [UInt8]
    }

    /// The most octets of a message before it is parsed.
    static let maximumInflatedBytes = 1 << 20
    /// How much larger than its compressed form a message may be: XML shrinks to a fifth, a bomb to a thousandth
    /// (CVE-2025-25293).
    static let maximumRatio = 100

    /// Takes a raw query apart, without the question mark.
    ///
    /// - Throws: The rules of `RedirectQuery`, `message_missing`, `message_ambiguous`, `redirect_encoding_unsupported`,
    ///   `redirect_signature_incomplete`, `base64_malformed`.
    package init(rawQuery: some Collection<UInt8>) throws(SAMLError) {
        query = try RedirectQuery(Array(rawQuery))
        kind = try Self.kind(of: query)
        let encoding = try query.decoded(.encoding)
        guard encoding.map({ $0 == Self.deflateEncoding }) ?? true else {
            throw SAMLError("redirect_encoding_unsupported", "SAMLEncoding is not DEFLATE")
        }
        signature = try Self.signature(of: query)
    }

    /// Whether a signature came along; whether it holds, `verified` says.
    package var isSigned: Bool { signature != nil }

    /// Verifies the signature over the octets as they came, and only then inflates and parses.
    ///
    /// - Parameters:
    ///   - keys: The sender's signing keys.
    ///   - policy: What it may sign with.
    /// - Throws: `signature_missing`, the rules of `OctetSignature`, and those of reading.
    package func verified(keys: [PublicKey], policy: SignaturePolicy) throws(SAMLError) -> VerifiedMessage {
        guard let signature else { throw SAMLError("signature_missing", "the query has no signature") }
        let signed = query.signedOctets(name)
        try refusing { () throws(XMLSecurityError) in
            try OctetSignature.verify(
                signature.octets, over: signed, algorithm: signature.algorithm, keys: keys, policy: policy)
        }
        return VerifiedMessage(kind: kind, root: try root(), relayState: try relayState())
    }

    /// The message of a sender that signs nothing: an AuthnRequest, which asks and asserts nothing.
    ///
    /// - Throws: The rules of reading.
    package func withoutVerifying() throws(SAMLError) -> UnverifiedMessage {
        UnverifiedMessage(kind: kind, root: try root(), relayState: try relayState())
    }

    // MARK: Parameters

    private var name: RedirectQuery.Name { kind == .request ? .request : .response }
    private static let deflateEncoding = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"

    private static func kind(of query: RedirectQuery) throws(SAMLError) -> MessageKind {
        switch (query[.request] != nil, query[.response] != nil) {
        case (true, false): return .request
        case (false, true): return .response
        case (true, true): throw SAMLError("message_ambiguous", "SAMLRequest and SAMLResponse are both there")
        case (false, false): throw SAMLError("message_missing", "neither SAMLRequest nor SAMLResponse is there")
        }
    }

    private static func signature(of query: RedirectQuery) throws(SAMLError) -> Signature? {
        switch (try query.decoded(.signatureAlgorithm), try query.decoded(.signature)) {
        case (nil, nil): return nil
        case (let algorithm?, let text?):
            return Signature(algorithm: algorithm, octets: try octets(text, of: .signature))
        default: throw SAMLError("redirect_signature_incomplete", "of SigAlg and Signature only one is there")
        }
    }

    /// Base64 in a query has no line ends; a space there was a plus sign that nobody escaped.
    private static func octets(_ text: String, of name: RedirectQuery.Name) throws(SAMLError) -> [UInt8] {
        guard !text.utf8.contains(where: { $0 <= 0x20 }) else {
            throw SAMLError("base64_malformed", "\(name.rawValue) has white space in it")
        }
        return try refusing { () throws(XMLSecurityError) in try Base64.decode(text.utf8) }
    }

    // MARK: Content

    /// An empty one says no more than none.
    private func relayState() throws(SAMLError) -> RelayState? {
        guard let text = try query.decoded(.relayState), !text.isEmpty else { return nil }
        return try RelayState(received: text)
    }

    private func root() throws(SAMLError) -> XMLElement {
        let deflated = try Self.octets(try query.decoded(name) ?? "", of: name)
        let limit = min(Self.maximumInflatedBytes, deflated.count * Self.maximumRatio)
        return try refusing { () throws(XMLSecurityError) in
            try XMLDocument.message(try Deflate.inflate(deflated, limit: limit)).root
        }
    }
}

extension XMLDocument {
    /// A protocol message: parsed under its limits, every identifier in its place.
    static func message(_ octets: [UInt8]) throws(XMLSecurityError) -> XMLDocument {
        let document = try XMLDocument(parsing: octets, limits: .message)
        try IdentifierCheck.run(document)
        return document
    }
}
