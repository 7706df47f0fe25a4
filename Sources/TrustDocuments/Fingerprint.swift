import Crypto

/// The short name of longer bytes.
package enum Fingerprint {
    /// SHA-256 in hexadecimal digits.
    package static func sha256Hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return SHA256.hash(data: Array(bytes)).reduce(into: "") { text, octet in
            text.append(digits[Int(octet >> 4)])
            text.append(digits[Int(octet & 15)])
        }
    }
}
