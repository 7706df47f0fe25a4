import CXMLSec

/// An X.509 certificate as a carrier of a key and of its own end; nobody's signature on it counts.
package struct Certificate: Sendable {
    /// DER.
    package let der: [UInt8]
    /// Its key.
    package let key: PublicKey
    /// When it begins, in seconds since 1970.
    package let notBefore: Int64
    /// When it ends, in seconds since 1970.
    package let notAfter: Int64

    /// Reads DER.
    package init(der: [UInt8]) throws(XMLSecurityError) {
        try CLibraries.start()
        var read = vx_certificate()
        try vx_certificate_read(der, der.count, &read).check()
        defer { vx_bytes_free(read.spki) }
        self.der = der
        key = try PublicKey(
            subjectPublicKeyInfo: Array(UnsafeBufferPointer(start: read.spki.data, count: read.spki.count)))
        notBefore = read.not_before
        notAfter = read.not_after
    }

    /// Reads PEM, or the bare base64 of metadata.
    package init(text: String) throws(XMLSecurityError) {
        try self.init(der: try PEM.octets(text, label: "CERTIFICATE"))
    }

    /// A self-signed certificate for a key of ours; equal RSA keys give equal bytes.
    ///
    /// Metadata and most consoles want keys as certificates.
    package static func selfSigned(for key: PrivateKey, commonName: String) throws(XMLSecurityError) -> [UInt8] {
        try vx_bytes.filled { vx_certificate_make(key.handle, String(commonName.prefix(60)), $0) }
    }
}
