public import Broker
public import Foundation
package import OpenIDConnect

/// A vendor kind that can authenticate by a key of the connection's own (`private_key_jwt`), and publishes it.
///
/// The key set is at `<callbackURL>/metadata`: register that address at the vendor, and a rotation needs nobody there.
public protocol OIDCKeyVendor: OIDCVendor, KeyHolder, MetadataPublisher {
    /// What the connection below is configured with.
    static func openID(_ settings: Settings) -> OIDCProvider.Settings
}

extension OIDCKeyVendor {
    /// What a client assertion may be signed with.
    public static var keyAlgorithms: [ConnectionKeyAlgorithm] { [.p256, .rsa2048] }

    /// One kind where the client authenticates by it, else none.
    public static func keyAlgorithms(for settings: Settings) -> [ConnectionKeyAlgorithm] {
        openID(settings).keyAlgorithms
    }

    /// The client's key set (RFC 7517 5), the key that signs first and the one that follows.
    public func metadata(callbackURL: URL) async throws(LoginError) -> PublishedDocument {
        PublishedDocument(
            contentType: ClientKeySet.mediaType, body: ClientKeySet.document(try oidc.publishedKeys()))
    }
}

extension OIDCProvider: OIDCKeyVendor {
    /// The settings as they are.
    public static func openID(_ settings: Settings) -> Settings { settings }

    /// What is published: nothing where the client does not authenticate by a key.
    package func publishedKeys() throws(LoginError) -> [ClientKey] {
        guard settings.tokenEndpointAuthMethod == .privateKeyJWT else {
            throw LoginError(.notConfigured, detail: "the client does not authenticate by private_key_jwt")
        }
        let keys = clientKeys
        guard !keys.isEmpty else {
            throw LoginError(.configurationInvalid, detail: "private_key_jwt: the connection has no key yet")
        }
        return keys
    }
}
