public import Broker
public import Foundation
import SAML
import XMLSecurity

extension SAMLProvider: KeyHolder {
    /// One RSA key for signing and decrypting: what every IdP takes (SAML deployment profile MD06, MD08).
    public static let keyAlgorithms: [ConnectionKeyAlgorithm] = [.rsa2048]
}

extension SAMLProvider: MetadataPublisher {
    /// Our SP metadata, with the current key and the next.
    public func metadata(callbackURL: URL) async throws(LoginError) -> PublishedDocument {
        // What was retired still opens old messages, and nobody shall begin to use it.
        var certificates: [[UInt8]] = []
        do throws(XMLSecurityError) {
            for handle in context.keys.prefix(2) {
                let name = callbackURL.host() ?? "vestibule"
                certificates.append(try OwnKeys.certificate(for: handle, commonName: name))
            }
        } catch {
            throw LoginError(
                .configurationInvalid, detail: "no certificate for a key of this connection", underlying: error)
        }
        var document = ServiceProviderMetadata(
            entityID: entityID, acsURL: callbackURL.absoluteString, logoutURL: callbackURL.absoluteString + "/logout",
            signingCertificates: certificates, encryptionCertificates: certificates,
            nameIDFormat: settings.nameIDFormat)
        document.signsRequests = settings.signRequests
        // Some IdPs read this as an order to sign the assertion and no longer the Response.
        document.wantsSignedAssertions = [.assertion, .both].contains(settings.require)
        return PublishedDocument(
            contentType: "application/samlmetadata+xml", body: Data(document.document()))
    }
}

extension SAMLProvider: TrustRefresher {
    /// Refreshes the IdP's metadata now and says what is trusted.
    public func refreshTrust() async -> TrustStatus {
        await trust.refresh()
        return await trust.status()
    }
}

extension SAMLProvider: ExceptionHolder {
    /// The dated exceptions of this connection.
    public var exceptions: [WeakeningException] {
        [
            ("sha1", weak.sha1), ("aesCBC", weak.aesCBC), ("aesCBCUnsigned", weak.aesCBCUnsigned),
            ("rsa15", weak.rsa15),
        ].compactMap { name, until in
            until.map { WeakeningException(name: name, until: $0) }
        }
    }
}
