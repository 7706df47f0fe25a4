import Crypto

/// Hashes over octets.
package enum Digests {
    /// SHA-256 of octets.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    /// SHA-256 of a text's UTF-8.
    package static func sha256(_ text: String) -> [UInt8] { sha256([UInt8](text.utf8)) }

    /// SHA-256 of a text's UTF-8 in lower-case hexadecimal.
    package static func sha256Hex(_ text: String) -> String { hex(sha256(text)) }

    /// Octets in lower-case hexadecimal.
    package static func hex(_ bytes: [UInt8]) -> String {
        let digits = [UInt8]("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// HMAC with SHA-256.
    package static func hmacSHA256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }

    /// Whether two octet strings are the same, in time that depends on their lengths only.
    package static func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Where random octets come from when a caller injects nothing.
package enum RandomBytes {
    /// The operating system's generator.
    @Sendable package static func system(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
