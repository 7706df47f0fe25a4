import Crypto
import Foundation

/// The 256-bit secret under which private keys and upstream handles rest (AES-256-GCM, SP 800-38D).
///
/// A sealed value is: version (1 octet), key id (8), nonce (12), ciphertext, tag (16). Each purpose has its own sub-key
/// (HKDF, RFC 5869), so that a value sealed for one purpose never opens as another.
package struct KeyEncryptionKey: Sendable, CustomStringConvertible, CustomReflectable {
    static let idLength = 8
    static let version: UInt8 = 1
    private static let nonceLength = 12
    private static let headerLength = 1 + idLength

    /// The first octets of a hash of the secret: names the key in sealed values and gives nothing away.
    package let id: [UInt8]

    private let key: SymmetricKey

    /// Takes 32 octets that look random.
    package init(bytes: [UInt8]) throws(JOSEError) {
        try Self.checkStrength(bytes)
        key = SymmetricKey(data: bytes)
        id = Array(Digests.sha256([UInt8]("vestibule/key-encryption-key/id".utf8) + bytes)[..<Self.idLength])
    }

    /// Reads 32 octets written as base64, base64url or hexadecimal; blanks around the text do not count.
    package init(text: String) throws(JOSEError) {
        try self.init(bytes: Self.decode(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    /// The text of a new key.
    package static func generateText(random: (Int) -> [UInt8] = RandomBytes.system) -> String {
        Base64URL.encode(random(32))
    }

    /// Never the secret.
    package var description: String { "<redacted>" }

    /// Never the secret.
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Seals octets for one purpose; `associatedData` is not stored and must be given again to open.
    package func seal(
        _ bytes: [UInt8], purpose: String, associatedData: [UInt8] = [],
        random: (Int) -> [UInt8] = RandomBytes.system
    ) throws(JOSEError) -> [UInt8] {
        let header = [Self.version] + id
        do {
            let box = try AES.GCM.seal(
                bytes, using: subkey("seal/" + purpose, count: 32),
                nonce: AES.GCM.Nonce(data: random(Self.nonceLength)), authenticating: header + associatedData)
            return header + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        } catch { throw JOSEError(.sealedInvalid) }
    }

    /// Opens what this key sealed for the same purpose and associated data.
    package func open(
        _ sealed: [UInt8], purpose: String, associatedData: [UInt8] = []
    ) throws(JOSEError) -> [UInt8] {
        guard try Self.keyID(of: sealed) == id else { throw JOSEError(.sealedByUnknownKey) }
        guard let box = try? AES.GCM.SealedBox(combined: sealed[Self.headerLength...]) else {
            throw JOSEError(.sealedInvalid)
        }
        let header = Array(sealed[..<Self.headerLength])
        let subkey = subkey("seal/" + purpose, count: 32)
        guard let plain = try? AES.GCM.open(box, using: subkey, authenticating: header + associatedData) else {
            throw JOSEError(.sealedTampered)
        }
        return Array(plain)
    }

    /// The id of the key that sealed a value.
    static func keyID(of sealed: [UInt8]) throws(JOSEError) -> [UInt8] {
        guard sealed.count >= headerLength, sealed[0] == version else { throw JOSEError(.sealedInvalid) }
        return Array(sealed[1..<headerLength])
    }

    private func subkey(_ purpose: String, count: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: [UInt8]("vestibule/v1/\(purpose)".utf8), outputByteCount: count)
    }

    /// Refuses what a person typed rather than a generator made: 32 random octets hold some 30 different values, and
    /// fewer than 16 do not occur by chance; a counting sequence is refused by its constant step.
    private static func checkStrength(_ bytes: [UInt8]) throws(JOSEError) {
        let steps = Set(zip(bytes, bytes.dropFirst()).map { $1 &- $0 })
        guard bytes.count == 32, Set(bytes).count >= 16, steps.count > 8 else { throw JOSEError(.kekInvalid) }
    }

    private static func decode(_ text: String) throws(JOSEError) -> [UInt8] {
        if text.utf8.count == 64 { return try decodeHex(text) }
        var characters = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        if characters.count == 44, characters.last == UInt8(ascii: "=") { characters.removeLast() }
        do { return try Base64URL.decode(characters) } catch { throw JOSEError(.kekInvalid) }
    }

    private static func decodeHex(_ text: String) throws(JOSEError) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == 64, text.utf8.count == 64 else { throw JOSEError(.kekInvalid) }
        return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
