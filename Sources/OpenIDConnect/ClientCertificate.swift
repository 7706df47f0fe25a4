package import Broker
import Foundation
import JOSE

/// A certificate around a client key, for an OP whose operator uploads certificates and reads no key set.
///
/// Nobody's signature stands behind it: the OP believes it because its operator put it there. It is the same octets
/// whenever it is made, because RSA signs the same way twice, so that it needs no store.
package struct ClientCertificate: Sendable {
    /// The certificate, X.509 in DER.
    package let der: [UInt8]

    /// Until when it counts, as RFC 5280 4.1.2.5 writes that a certificate has no end.
    private static let notAfter = "99991231235959Z"
    private static let notBefore = "20200101000000Z"

    /// The certificate of an RSA key.
    package init(_ key: ClientKey) throws(LoginError) {
        do throws(JOSEError) {
            der = try Self.make(key)
        } catch {
            throw LoginError(
                .configurationInvalid, detail: "no certificate for a client key: \(error.code.rawValue)",
                underlying: error)
        }
    }

    private static func make(_ key: ClientKey) throws(JOSEError) -> [UInt8] {
        let signing = try key.certificateSigner()
        let algorithm = DER.sequence(
            DER.objectIdentifier([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B]), DER.null)
        let name = DER.sequence(
            DER.set(
                DER.sequence(DER.objectIdentifier([0x55, 0x04, 0x03]), DER.utf8("vestibule " + signing.kid.prefix(16))))
        )
        let spki = signing.publicKey.spkiDER
        // Positive and not zero (RFC 5280 4.1.2.2): the first bits of the key's hash, under a one.
        let serial = [0x01] + Digests.sha256(spki).prefix(15)
        let body = DER.sequence(
            DER.explicit(0, DER.integer([2])), DER.integer(serial), algorithm, name,
            DER.sequence(DER.time(notBefore), DER.time(notAfter)), name, spki)
        return DER.sequence(body, algorithm, DER.bitString(try signing.sign(body)))
    }

    /// RFC 7515 4.1.8.
    package var thumbprint: String { Base64URL.encode(Digests.sha256(der)) }

    /// RFC 7468 5.
    package var pem: String {
        let lines = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN CERTIFICATE-----\n\(lines)\n-----END CERTIFICATE-----\n"
    }
}

extension ClientKey {
    /// The same key as a signer of RS256: what a certificate is signed with, whatever the key signs else.
    fileprivate func certificateSigner() throws(JOSEError) -> SigningKey {
        try SigningKey(pkcs8DER: signing.pkcs8DER, algorithm: .rs256, kid: signing.kid)
    }
}

/// The few shapes of DER (ITU-T X.690) that a certificate has; written only, never read.
private enum DER {
    static let null: [UInt8] = [0x05, 0x00]

    static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, parts.flatMap(\.self)) }
    static func set(_ part: [UInt8]) -> [UInt8] { element(0x31, part) }
    static func explicit(_ number: UInt8, _ part: [UInt8]) -> [UInt8] { element(0xA0 | number, part) }
    static func integer(_ bytes: [UInt8]) -> [UInt8] { element(0x02, bytes) }
    static func objectIdentifier(_ bytes: [UInt8]) -> [UInt8] { element(0x06, bytes) }
    static func utf8(_ text: String) -> [UInt8] { element(0x0C, Array(text.utf8)) }
    static func bitString(_ bytes: [UInt8]) -> [UInt8] { element(0x03, [0x00] + bytes) }

    /// RFC 5280 4.1.2.5: two digits of the year until 2049, four after.
    static func time(_ text: String) -> [UInt8] {
        text.hasPrefix("20") ? element(0x17, Array(text.utf8.dropFirst(2))) : element(0x18, Array(text.utf8))
    }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        guard content.count >= 0x80 else { return [tag, UInt8(content.count)] + content }
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(rest & 0xFF), at: 0)
            rest >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }
}
