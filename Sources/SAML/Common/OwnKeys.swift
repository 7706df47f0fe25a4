package import Broker
import Synchronization
package import XMLSecurity

/// Private keys of ours, parsed, and their certificates, by the key's id: reading one costs as much as a signature.
package enum OwnKeys {
    private static let parsed = Mutex<[String: PrivateKey]>([:])
    private static let certificates = Mutex<[String: [UInt8]]>([:])
    /// More than any installation has connections in use at once; then it starts anew.
    private static let maximumCount = 4096

    /// The key behind a handle.
    package static func key(for handle: PrivateKeyHandle) throws(XMLSecurityError) -> PrivateKey {
        if let known = parsed.withLock({ $0[handle.id] }),
            known.subjectPublicKeyInfo.elementsEqual(handle.subjectPublicKeyInfo)
        {
            return known
        }
        let key = try PrivateKey(pkcs8: Array(handle.pkcs8))
        parsed.withLock { keys in
            if keys.count >= maximumCount { keys.removeAll() }
            keys[handle.id] = key
        }
        return key
    }

    /// The certificate of a key, made once: it costs a signature, and metadata is asked for by anybody.
    package static func certificate(
        for handle: PrivateKeyHandle, commonName: String
    ) throws(XMLSecurityError) -> [UInt8] {
        let name = "\(handle.id) \(commonName)"
        if let known = certificates.withLock({ $0[name] }) { return known }
        let made = try Certificate.selfSigned(for: key(for: handle), commonName: commonName)
        certificates.withLock { certificates in
            if certificates.count >= maximumCount { certificates.removeAll() }
            certificates[name] = made
        }
        return made
    }
}
