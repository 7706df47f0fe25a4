import Broker
import BrokerEngine
import BrokerModel
import Foundation
import SAML
import Synchronization
import XMLSecurity

extension SAMLFacade {
    private static let contentType = "application/samlmetadata+xml"
    /// As long as a JWKS is kept.
    private static let maximumAge = Duration.seconds(300)
    /// Constant, so that the document changes only when what it says does.
    private static let documentID = "_metadata"

    /// Our IdP metadata (SAML Metadata 2.4.3), signed by the key that signs Responses.
    func metadata() throws(FacadeError) -> FacadeDocument {
        let handles = try published()
        let body = try document.body(for: handles.map(\.id)) { () throws(FacadeError) in try write(handles) }
        return FacadeDocument(contentType: Self.contentType, body: body, maxAge: Self.maximumAge)
    }

    /// The keys that the site may meet: the one that signs, and the next.
    private func published() throws(FacadeError) -> [PrivateKeyHandle] {
        try host.keys().filter { $0.state != .retired }.map(\.key)
    }

    /// The certificates of the metadata as PEM, current and next, for consoles that take no metadata.
    func certificates() throws(FacadeError) -> FacadeDocument {
        var text = ""
        let handles = try published()
        do throws(XMLSecurityError) {
            for handle in handles {
                let lines = Data(try certificate(of: handle)).base64EncodedString(
                    options: [.lineLength64Characters, .endLineWithLineFeed])
                text += "-----BEGIN CERTIFICATE-----\n\(lines)\n-----END CERTIFICATE-----\n"
            }
        } catch {
            throw FacadeError(.configurationInvalid, detail: "a certificate cannot be made", underlying: error)
        }
        return FacadeDocument(
            contentType: "application/x-pem-file", body: Data(text.utf8), maxAge: Self.maximumAge)
    }

    private func write(_ handles: [PrivateKeyHandle]) throws(FacadeError) -> Data {
        do throws(XMLSecurityError) {
            var certificates: [[UInt8]] = []
            for handle in handles { certificates.append(try certificate(of: handle)) }
            guard let current = handles.first else {
                throw XMLSecurityError(.noKey, "there is no key")
            }
            let maker = SignatureMaker(key: try OwnKeys.key(for: current), certificate: certificates.first)
            return Data(try document(certificates).document(signedBy: maker, id: Self.documentID))
        } catch {
            throw FacadeError(.configurationInvalid, detail: "metadata cannot be written", underlying: error)
        }
    }

    private func document(_ certificates: [[UInt8]]) -> IdentityProviderMetadata {
        let endpoints = { (location: String) in
            IdentityProviderDescription.Binding.allCases.map {
                IdentityProviderDescription.Endpoint(binding: $0, location: location)
            }
        }
        var document = IdentityProviderMetadata(
            entityID: entityID, signingCertificates: certificates, singleSignOn: endpoints(signOnURL),
            singleLogout: endpoints(logoutURL))
        document.nameIDFormats = [settings.nameIDFormat.uri]
        document.wantsSignedRequests = settings.requireSignedRequests
        return document
    }

    // MARK: Keys

    /// The key that signs now, with its certificate.
    func ownKey() throws(FacadeError) -> (key: PrivateKey, certificate: [UInt8]) {
        guard let handle = try host.keys().first?.key else {
            throw FacadeError(.configurationInvalid, detail: "the facade has no key yet")
        }
        do throws(XMLSecurityError) {
            return (try OwnKeys.key(for: handle), try certificate(of: handle))
        } catch {
            throw FacadeError(.configurationInvalid, detail: "the facade's key cannot be read", underlying: error)
        }
    }

    /// The certificate of a key: the same octets in every process and for ever, for consoles that pin it.
    ///
    /// The name tells keys apart, because certificates of one issuer with one serial number are one certificate to some
    /// (RFC 5280 4.1.2.2).
    private func certificate(of handle: PrivateKeyHandle) throws(XMLSecurityError) -> [UInt8] {
        let name = URL(string: host.rootURL)?.host() ?? "vestibule"
        return try OwnKeys.certificate(for: handle, commonName: "\(name.prefix(48)) \(handle.id.prefix(8))")
    }
}

/// The last document that was written: a signature for whoever asks would be a way to keep us busy.
final class MetadataCache: Sendable {
    private let last = Mutex<(keys: [String], body: Data)?>(nil)

    /// The document for these keys.
    func body(for keys: [String], _ write: () throws(FacadeError) -> Data) throws(FacadeError) -> Data {
        if let known = last.withLock({ $0 }), known.keys == keys { return known.body }
        let body = try write()
        last.withLock { $0 = (keys, body) }
        return body
    }
}
