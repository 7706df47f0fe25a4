import Broker
import XMLSecurity

/// The signing keys that a role publishes (SAML Metadata 2.4.1.1).
struct MetadataKeys: Sendable {
    /// The most keys that count: a forged message costs a canonicalisation for each.
    static let maximumCount = 16

    /// Those that count, each once, in order.
    private(set) var usable: [IdentityProviderDescription.Key] = []
    /// Why others do not.
    private(set) var ignored: [String] = []
    /// How many certificates cannot be read.
    private(set) var unreadable = 0

    /// Every certificate of every KeyDescriptor for signing; one without `use` serves both purposes, and passing over
    /// it once switched a broker's signature check off (CVE-2026-16443).
    init(of role: XMLElement?) {
        for descriptor in role?.children(.keyDescriptor) ?? [] where Self.isForSigning(descriptor) {
            for data in descriptor.children(.metadataKeyInfo).flatMap({ $0.children(.x509Data) }) {
                for certificate in data.children(.x509Certificate) { add(certificate) }
            }
        }
    }

    private static func isForSigning(_ descriptor: XMLElement) -> Bool {
        descriptor.attribute("use").map { $0 == "signing" } ?? true
    }

    private mutating func add(_ element: XMLElement) {
        do throws(XMLSecurityError) {
            let certificate = try Certificate(der: try Base64.decode(Array((element.text ?? "").utf8)))
            add(certificate.key, notAfter: Timestamp(seconds: certificate.notAfter))
        } catch  where error.code == .keyUnsupported {
            ignored.append("a key is neither RSA nor elliptic-curve")
        } catch {
            unreadable += 1
        }
    }

    /// A short key beside a long one is passed over: refusing both would stop logins for an IdP that has yet to clean
    /// up, and counting both would let whoever breaks the short one in (M27).
    private mutating func add(_ key: PublicKey, notAfter: Timestamp) {
        guard SignaturePolicy.standard.allows(key) else {
            ignored.append("an \(key.type.rawValue) key has only \(key.bits) bits")
            return
        }
        guard !usable.contains(where: { $0.key == key }) else { return }
        guard usable.count < Self.maximumCount else {
            ignored.append("a key comes after the first \(Self.maximumCount)")
            return
        }
        usable.append(IdentityProviderDescription.Key(key: key, notAfter: notAfter))
    }
}
