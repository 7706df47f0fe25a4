package import XMLSecurity

/// Writes Responses as an IdP does: the assertion is signed, then encrypted, then the Response around it is signed.
///
/// In that order each signature covers all that stands inside it, and nothing is changed once it is covered
/// (SAML Core 5.4, 6.2).
package struct ResponseWriter: Sendable {
    /// What is signed of a Response that carries an assertion; one that carries none is always signed itself.
    package enum Signing: String, Sendable, Hashable, Codable, CaseIterable {
        /// The Response and the assertion.
        case both
        /// The Response.
        case response
        /// The assertion.
        case assertion
    }

    private let maker: SignatureMaker
    private let signing: Signing
    private let recipient: PublicKey?

    /// A writer.
    ///
    /// - Parameters:
    ///   - key: The IdP's.
    ///   - certificate: DER for KeyInfo.
    ///   - signing: What is signed.
    ///   - recipient: The SP's RSA key that assertions are encrypted to; nil leaves them plain.
    package init(key: PrivateKey, certificate: [UInt8]?, signing: Signing = .both, encryptingTo recipient: PublicKey?) {
        maker = SignatureMaker(key: key, certificate: certificate)
        self.signing = signing
        self.recipient = recipient
    }

    /// A Response that says who signed in.
    ///
    /// - Throws: What XMLSecurity refuses of a key.
    package func response(
        _ envelope: ResponseEnvelope, with assertion: AssertionDraft
    ) throws(SAMLError) -> [UInt8] {
        let success = XMLText("samlp:Status", [], [XMLText("samlp:StatusCode", [("Value", SAMLURI.success)])])
        return try refusing { () throws(XMLSecurityError) in
            let written = assertion.xml.bytes
            let carried = try sealed(signing == .response ? written : maker.sign(written, id: assertion.id))
            let whole = envelope.xml(success, carried).bytes
            return try signing == .assertion ? whole : maker.sign(whole, id: envelope.id)
        }
    }

    /// A Response that says why nobody did.
    ///
    /// - Throws: What XMLSecurity refuses of the key.
    package func failure(_ envelope: ResponseEnvelope, _ failure: ResponseFailure) throws(SAMLError) -> [UInt8] {
        try refusing { () throws(XMLSecurityError) in
            try maker.sign(envelope.xml(failure.status).bytes, id: envelope.id)
        }
    }

    private func sealed(_ assertion: [UInt8]) throws(XMLSecurityError) -> XMLText {
        guard let recipient else { return XMLText(written: assertion) }
        return XMLText("saml:EncryptedAssertion", [], try Encryptor(to: recipient).encrypt(assertion))
    }
}
