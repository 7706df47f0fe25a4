import CXMLSec

/// Signs documents of ours with an enveloped signature over the root.
package struct SignatureMaker: Sendable {
    private let key: PrivateKey
    private let algorithm: SignatureAlgorithm
    private let certificate: [UInt8]?

    /// A maker.
    ///
    /// - Parameters:
    ///   - key: Signs.
    ///   - algorithm: nil takes the standard one of the key's type.
    ///   - certificate: DER for KeyInfo, where the other side likes to see one.
    package init(key: PrivateKey, algorithm: SignatureAlgorithm? = nil, certificate: [UInt8]? = nil) {
        self.key = key
        self.algorithm = algorithm ?? .standard(for: key.type)
        self.certificate = certificate
    }

    /// Signs a document over its root's `ID`; the signature follows the Issuer, or comes first (SAML Core 3.2.1).
    package func sign(_ xml: [UInt8], id: String) throws(XMLSecurityError) -> [UInt8] {
        try CLibraries.start()
        return try vx_bytes.filled {
            vx_sign_enveloped(
                xml, xml.count, id, key.handle, algorithm.bit, certificate, certificate?.count ?? 0, $0)
        }
    }
}
