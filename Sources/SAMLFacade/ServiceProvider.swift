import Broker
import Foundation
import SAML
import XMLSecurity

/// The site's JSM as an SP: what its settings say, read once.
struct ServiceProvider: Sendable {
    /// Its signing keys; none where it does not sign, or nobody said with what.
    let keys: [PublicKey]
    /// The key that assertions are encrypted to.
    let encryptionKey: PublicKey?
    /// What is said of a person.
    let attributes: PersonAttributes

    /// Reads settings.
    ///
    /// - Throws: Every problem, with its path.
    init(_ settings: SAMLFacade.Settings) throws(SettingsError) {
        var problems = Self.problems(of: settings)
        func collect<Value>(_ read: () throws(SettingsError) -> Value) -> Value? {
            do throws(SettingsError) { return try read() } catch {
                problems += error.problems
                return nil
            }
        }
        let keys = settings.certificates.enumerated().compactMap { position, text in
            collect { () throws(SettingsError) in try Self.key(text, at: ["certificates", String(position)]) }
        }
        let encryptionKey = settings.encryptTo.flatMap { text in
            collect { () throws(SettingsError) in try Self.encryptionKey(text) }
        }
        let attributes = collect { () throws(SettingsError) in try PersonAttributes(settings) }
        guard problems.isEmpty, let attributes else { throw SettingsError(problems) }
        (self.keys, self.encryptionKey, self.attributes) = (keys, encryptionKey, attributes)
    }

    // MARK: Certificates

    private static func encryptionKey(_ text: String) throws(SettingsError) -> PublicKey {
        let key = try key(text, at: ["encryptTo"])
        guard key.type == .rsa else { throw SettingsError(at: ["encryptTo"], "must hold an RSA key") }
        return key
    }

    private static func key(_ text: String, at path: [String]) throws(SettingsError) -> PublicKey {
        let key: PublicKey
        do throws(XMLSecurityError) {
            key = try Certificate(text: text).key
        } catch {
            throw SettingsError(at: path, "is not one X.509 certificate as PEM")
        }
        guard SignaturePolicy.standard.allows(key) else {
            throw SettingsError(at: path, "its key is too short: RSA from 2048 bits, elliptic curves from P-256")
        }
        return key
    }

    // MARK: What takes two fields, or the protocol, to see

    private static func problems(of settings: SAMLFacade.Settings) -> [SettingsError.Problem] {
        var problems: [SettingsError.Problem] = []
        if let entityID = settings.entityID,
            !(1...1024).contains(entityID.utf8.count) || !entityID.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        {
            problems.append(
                .init(path: ["entityID"], text: "must be a URI of at most 1024 characters (SAML Core 8.3.6)"))
        }
        for (key, url) in [("acsURL", settings.acsURL), ("logoutURL", settings.logoutURL)] {
            // What is sent is what is written here, and not what a URL type makes of it.
            guard let url, URL(string: url)?.absoluteString != url else { continue }
            problems.append(.init(path: [key], text: "must be a URL in its plain spelling"))
        }
        if settings.requireSignedRequests, settings.certificates.isEmpty {
            problems.append(
                .init(path: ["certificates"], text: "must hold a certificate with requireSignedRequests: true"))
        }
        return problems
    }
}
