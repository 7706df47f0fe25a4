public import Broker
public import Foundation
public import OIDCProvider
import OpenIDConnect

extension EntraProvider {
    /// Assertions are RSA: Entra ID takes PS256 and RS256.
    public static let keyAlgorithms: [ConnectionKeyAlgorithm] = [.rsa2048]

    /// What the connection below is configured with.
    public static func openID(_ settings: Settings) -> OIDCProvider.Settings { settings.oidc }

    /// The certificates of the key that signs and of the one that follows, as PEM, one after the other.
    ///
    /// Entra ID reads no key set from an address: an operator uploads both, and a rotation finds the next one known.
    public func metadata(callbackURL: URL) async throws(LoginError) -> PublishedDocument {
        var text = ""
        for key in try oidc.publishedKeys().prefix(2) { text += try ClientCertificate(key).pem }
        return PublishedDocument(contentType: "application/pem-certificate-chain", body: Data(text.utf8))
    }
}
