public import Foundation

/// A private key that a module can name and have used, but cannot read.
///
/// The key's bytes stay inside the package: `OpenIDConnect` and `SAML` sign with them on the module's behalf.
public struct PrivateKeyHandle: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The public id under which the key is published, such as a JWK thumbprint.
    public let id: String
    /// The public half, as DER SubjectPublicKeyInfo (RFC 5280 4.1.2.7).
    public let subjectPublicKeyInfo: Data
    /// The private half, as DER PKCS#8 (RFC 5958).
    package let pkcs8: Data

    package init(id: String, subjectPublicKeyInfo: Data, pkcs8: Data) {
        self.id = id
        self.subjectPublicKeyInfo = subjectPublicKeyInfo
        self.pkcs8 = pkcs8
    }

    /// Two handles with one id are one key.
    public static func == (left: PrivateKeyHandle, right: PrivateKeyHandle) -> Bool { left.id == right.id }

    /// Hashes the id.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// The id only.
    public var description: String { id }
    /// The id only, so that `dump` does not show the private half.
    public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
