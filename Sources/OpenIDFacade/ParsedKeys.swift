import Broker
import JOSE
import Synchronization

/// Parsed private keys by their id: reading one costs as much as a signature.
enum ParsedKeys {
    private static let parsed = Mutex<[String: SigningKey]>([:])
    /// More than one installation ever has; then it starts anew.
    private static let maximumCount = 64

    static func key(for handle: PrivateKeyHandle) throws(JOSEError) -> SigningKey {
        let known = parsed.withLock { $0[handle.id] }
        if let known, known.publicKey.spkiDER.elementsEqual(handle.subjectPublicKeyInfo) { return known }
        let key = try SigningKey(pkcs8DER: Array(handle.pkcs8), algorithm: .rs256, kid: handle.id)
        parsed.withLock { keys in
            if keys.count >= maximumCount { keys.removeAll() }
            keys[handle.id] = key
        }
        return key
    }
}
