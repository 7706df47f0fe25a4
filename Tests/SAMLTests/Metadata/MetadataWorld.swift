import Broker
import SAML
import XMLSecurity

/// An IdP whose metadata a test may write any way that it likes.
struct MetadataWorld {
    static let entityID = "https://idp.example/saml"
    static let now = Timestamp(seconds: 1_768_478_400)

    /// Keys are costly to make and never change, so all tests share them.
    static let keys: [PrivateKey] = ["a", "b"].compactMap { _ in
        (try? PrivateKey.generateRSA()).flatMap { try? PrivateKey(pkcs8: $0) }
    }
    static let shortKey = (try? PrivateKey.generateRSA(bits: 1024)).flatMap { try? PrivateKey(pkcs8: $0) }
    static let curveKey = (try? PrivateKey.generateP256()).flatMap { try? PrivateKey(pkcs8: $0) }

    static func key(_ index: Int = 0) throws -> PrivateKey { try unwrap(keys.dropFirst(index).first) }

    static func certificate(_ key: PrivateKey?) throws -> [UInt8] {
        try Certificate.selfSigned(for: unwrap(key), commonName: "idp.example")
    }

    static func metadata(
        keys: [PrivateKey?] = [keys.first], validUntil: Timestamp? = nil, entityID: String = entityID
    ) throws -> IdentityProviderMetadata {
        IdentityProviderMetadata(
            entityID: entityID, signingCertificates: try keys.map(certificate),
            singleSignOn: [.init(binding: .redirect, location: "https://idp.example/sso")], validUntil: validUntil)
    }

    // MARK: Written by hand

    static let location = "https://idp.example/sso"
    static let sso = """
        <md:SingleSignOnService Binding="\(SAMLURI.redirectBinding)" Location="\(location)"/>
        """

    static func keyDescriptor(_ key: PrivateKey? = keys.first, use: String? = "signing") throws -> String {
        keyDescriptor(certificate: Base64.encode(try certificate(key)), use: use)
    }

    static func keyDescriptor(certificate: String, use: String? = "signing") -> String {
        """
        <md:KeyDescriptor\(use.map { " use=\"\($0)\"" } ?? "")><ds:KeyInfo><ds:X509Data>\
        <ds:X509Certificate>\(certificate)</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
        """
    }

    static func role(
        _ content: String, attributes: String = "", protocols: String = SAMLURI.protocolNamespace
    ) -> String {
        """
        <md:IDPSSODescriptor \(attributes) protocolSupportEnumeration="\(protocols)">\(content)</md:IDPSSODescriptor>
        """
    }

    static func entity(_ content: String, entityID: String = entityID, attributes: String = "") -> String {
        """
        <md:EntityDescriptor xmlns:md="\(SAMLURI.metadataNamespace)" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" \
        entityID="\(entityID)" \(attributes)>\(content)</md:EntityDescriptor>
        """
    }

    static func entities(_ content: String, attributes: String = "") -> String {
        """
        <md:EntitiesDescriptor xmlns:md="\(SAMLURI.metadataNamespace)" \(attributes)>\(content)</md:EntitiesDescriptor>
        """
    }

    /// A whole good document; what stands in `role` comes beside the key and the endpoint.
    static func document(role content: String = "", attributes: String = "") throws -> String {
        entity(role(try keyDescriptor() + content + sso), attributes: attributes)
    }

    // MARK: Read

    static func reader(
        _ lifetime: MetadataReader.Lifetime = .open, now: Timestamp = now
    ) -> MetadataReader { MetadataReader(entityID: entityID, now: now, lifetime: lifetime) }

    static func read(_ xml: String) throws -> IdentityProviderDescription { try reader().read(Array(xml.utf8)) }

    /// The rule that refuses, or nil.
    static func rule(_ body: () throws -> IdentityProviderDescription) throws -> String? {
        do {
            _ = try body()
            return nil
        } catch let error as SAMLError {
            return error.rule
        }
    }

    static func rule(_ xml: String) throws -> String? { try rule { try read(xml) } }
}
