package import Broker
package import XMLSecurity

/// A message that came by the HTTP-POST binding (SAML Bindings 3.5), not verified and not read.
package struct PostMessage: Sendable {
    /// Which field it came in.
    package let kind: MessageKind
    /// The field beside it, which no signature covers.
    package let relayState: RelayState?
    /// The message as it came, for a reader that verifies by itself.
    package let unverifiedOctets: [UInt8]

    /// The most octets of a message: what `XMLLimits.message` takes.
    static let maximumBytes = XMLLimits.message.bytes
    /// The most octets of its base64, with a line end for every 64 characters.
    static let maximumEncodedBytes = maximumBytes / 3 * 4 + maximumBytes / 20

    /// Takes the message out of a form.
    ///
    /// - Throws: `message_missing`, `message_ambiguous`, `message_too_large`, `base64_malformed`,
    ///   `relay_state_too_long`.
    package init(_ fields: CallbackParameters) throws(SAMLError) {
        let encoded: String
        switch (fields[MessageKind.request.rawValue], fields[MessageKind.response.rawValue]) {
        case (let text?, nil): (kind, encoded) = (.request, text)
        case (nil, let text?): (kind, encoded) = (.response, text)
        case (nil, nil): throw SAMLError("message_missing", "neither SAMLRequest nor SAMLResponse is there")
        default: throw SAMLError("message_ambiguous", "SAMLRequest and SAMLResponse are both there")
        }
        unverifiedOctets = try Self.decode(encoded)
        let state = fields["RelayState"] ?? ""
        relayState = state.isEmpty ? nil : try RelayState(received: state)
    }

    /// Verifies the enveloped signature of the root and goes on from what was hashed.
    ///
    /// - Parameters:
    ///   - keys: The sender's signing keys.
    ///   - policy: What it may sign with.
    /// - Throws: `signature_missing`, the rules of `SignatureVerifier`, and those of reading.
    package func verified(keys: [PublicKey], policy: SignaturePolicy) throws(SAMLError) -> VerifiedMessage {
        let signed = try refusing { () throws(XMLSecurityError) in
            try SignatureVerifier(keys: keys, policy: policy).verify(XMLDocument.message(unverifiedOctets).root)
        }
        return VerifiedMessage(kind: kind, root: signed.element, relayState: relayState)
    }

    /// The message of a sender that signs nothing: an AuthnRequest, which asks and asserts nothing.
    ///
    /// - Throws: The rules of reading.
    package func withoutVerifying() throws(SAMLError) -> UnverifiedMessage {
        let document = try refusing { () throws(XMLSecurityError) in try XMLDocument.message(unverifiedOctets) }
        return UnverifiedMessage(kind: kind, root: document.root, relayState: relayState)
    }

    /// The bound comes before the decoding (CVE-2025-54572).
    private static func decode(_ text: String) throws(SAMLError) -> [UInt8] {
        guard text.utf8.count <= maximumEncodedBytes else {
            throw SAMLError("message_too_large", "the field is longer than \(maximumEncodedBytes) octets")
        }
        let octets = try refusing { () throws(XMLSecurityError) in try Base64.decode(text.utf8) }
        guard octets.count <= maximumBytes else {
            throw SAMLError("message_too_large", "the message is longer than \(maximumBytes) octets")
        }
        return octets
    }
}
