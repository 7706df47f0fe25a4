import CXMLSec

/// DEFLATE without a header (RFC 1951), as the HTTP-Redirect binding has it.
package enum Deflate {
    /// Inflates one whole stream to at most `limit` octets; a bomb costs the limit and no more.
    package static func inflate(_ octets: [UInt8], limit: Int) throws(XMLSecurityError) -> [UInt8] {
        try vx_bytes.filled { vx_inflate(octets, octets.count, limit, $0) }
    }

    /// Deflates.
    package static func deflate(_ octets: [UInt8]) throws(XMLSecurityError) -> [UInt8] {
        try vx_bytes.filled { vx_deflate(octets, octets.count, $0) }
    }
}
