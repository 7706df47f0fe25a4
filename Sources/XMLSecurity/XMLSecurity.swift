// XMLSecurity is the only Swift that touches C XML. It reads, verifies, signs and decrypts; it knows no SAML.
//
// Its one idea is "see what is signed": verifying answers a document of its own, parsed from the very octets that were
// hashed, and whoever goes on reads from that one. Nothing here looks for an element by descent: an element's children
// are asked for by name, and that is all.
//
// - `Reading/`     one hardened parser, an immutable tree of values over flat tables
// - `Signatures/`  the shape of a signature as a list of checks, verifying, signing
// - `Encryption/`  what may be decrypted, and how
// - `Keys/`        bare public keys, private keys, certificates as carriers of both
// - `Writing/`     elements as text, escaped
// - `Encoding/`    base64, PEM, DEFLATE
//
// KeyInfo is never evaluated, algorithms are exact lists, nothing is ever fetched, and an error of canonicalisation or an
// empty result of it refuses.

import CXMLSec

/// The C libraries, set up once.
enum CLibraries {
    private static let status = vx_initialize()

    /// Sets the libraries up at the first call.
    static func start() throws(XMLSecurityError) {
        guard status == VX_OK else { throw XMLSecurityError(.internalFailure, "the XML libraries cannot be set up") }
    }
}
