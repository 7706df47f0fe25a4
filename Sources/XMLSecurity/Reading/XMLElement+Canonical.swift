import CXMLSec

extension XMLElement {
    /// The element as octets of its own: exclusive canonical XML 1.0 without comments.
    ///
    /// For writers and tests. Verifying never canonicalises a second time.
    package func canonicalOctets() throws(XMLSecurityError) -> [UInt8] {
        try document.withTree { tree throws(XMLSecurityError) in
            try vx_bytes.filled { vx_document_canonical(tree, position, $0) }
        }
    }
}
