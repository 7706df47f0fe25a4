import Broker
import Foundation
import XMLSecurity

/// Keys of the IdP and of the connection, made once: RSA keys take their time.
enum SAMLKeys {
    static let own = try? PrivateKey(pkcs8: try PrivateKey.generateRSA())
    static let other = try? PrivateKey(pkcs8: try PrivateKey.generateRSA())

    /// The key of an answer.
    static func key(_ key: SAMLAnswer.Key) -> PrivateKey? { key == .own ? own : other }

    static let certificate: String = {
        guard let own, let certificate = try? Certificate.selfSigned(for: own, commonName: "idp") else { return "" }
        return PEM.text(certificate, label: "CERTIFICATE")
    }()

    static let connection: [PrivateKeyHandle] = {
        guard let pkcs8 = try? PrivateKey.generateRSA(), let key = try? PrivateKey(pkcs8: pkcs8) else { return [] }
        return [
            PrivateKeyHandle(
                id: "current", subjectPublicKeyInfo: Data(key.subjectPublicKeyInfo), pkcs8: Data(pkcs8))
        ]
    }()
}
