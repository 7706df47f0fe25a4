import CXMLSec

/// SHA-256, for names that stand for something longer.
package enum SHA256 {
    /// The digest as lower-case hex.
    package static func hex(_ octets: [UInt8]) throws(XMLSecurityError) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        try vx_sha256(octets, octets.count, &digest).check()
        return digest.map { octet in
            let text = String(octet, radix: 16)
            return octet < 16 ? "0" + text : text
        }.joined()
    }
}
