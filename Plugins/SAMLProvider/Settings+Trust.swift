import Broker
import Foundation
import SAML
import XMLSecurity

extension SAMLProvider.Settings {
    /// Where the IdP's keys come from, as values; what is written wrong names its key.
    func trustPolicy(_ context: ProviderContext) throws(SettingsError) -> TrustPolicy {
        switch trust {
        case .manual: .manual(try description(context))
        case .tls: .tls(try source())
        case .pinnedSignature:
            .pinnedSignature(
                try source(), try Self.certificate(metadataCertificate ?? "", at: ["metadataCertificate"]).key)
        }
    }

    private func source() throws(SettingsError) -> URL {
        guard let url = metadataURL.flatMap({ URL(string: $0) }) else {
            throw SettingsError(at: ["metadataURL"], "must be an https URL")
        }
        return url
    }

    // MARK: Manual

    private func description(_ context: ProviderContext) throws(SettingsError) -> IdentityProviderDescription {
        if let metadata { return try read(metadata, at: "metadata", context) }
        if let metadataFile {
            return try read(try context.secrets.value(of: metadataFile).reveal(), at: "metadataFile", context)
        }
        guard let ssoURL else { throw SettingsError(at: ["metadata"], "is required with trust: manual") }
        return IdentityProviderDescription(
            entityID: entityID, signingKeys: try keys(),
            singleSignOn: [.init(binding: ssoBinding.value, location: ssoURL)],
            singleLogout: sloURL.map { [.init(binding: sloBinding.value, location: $0)] } ?? [])
    }

    private func read(
        _ text: String, at key: String, _ context: ProviderContext
    ) throws(SettingsError) -> IdentityProviderDescription {
        do throws(SAMLError) {
            return try MetadataReader(entityID: entityID, now: context.time.now).read(Array(text.utf8))
        } catch {
            throw SettingsError(at: [key], "\(error.detail) (\(error.rule))")
        }
    }

    private func keys() throws(SettingsError) -> [IdentityProviderDescription.Key] {
        var keys: [IdentityProviderDescription.Key] = []
        for (position, text) in signingCertificates.enumerated() {
            let path = ["signingCertificates", String(position)]
            let certificate = try Self.certificate(text, at: path)
            guard SignaturePolicy.standard.allows(certificate.key) else {
                throw SettingsError(at: path, "its key is too short: RSA from 2048 bits, elliptic curves from P-256")
            }
            keys.append(.init(key: certificate.key, notAfter: Timestamp(seconds: certificate.notAfter)))
        }
        return keys
    }

    private static func certificate(_ text: String, at path: [String]) throws(SettingsError) -> Certificate {
        do throws(XMLSecurityError) {
            return try Certificate(text: text)
        } catch {
            throw SettingsError(at: path, "is not one X.509 certificate as PEM")
        }
    }
}

extension SAMLProvider.Settings.Binding {
    var value: IdentityProviderDescription.Binding { self == .redirect ? .redirect : .post }
}
