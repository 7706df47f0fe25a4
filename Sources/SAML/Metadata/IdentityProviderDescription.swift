package import Broker
package import XMLSecurity

/// What we know and trust of an IdP: its name, its keys, where it listens.
package struct IdentityProviderDescription: Sendable {
    /// One signing key, with the end of the certificate that carried it.
    package struct Key: Sendable {
        package let key: PublicKey
        /// When the certificate ends; it is told to the operator and decides nothing.
        package let notAfter: Timestamp?

        package init(key: PublicKey, notAfter: Timestamp?) {
            self.key = key
            self.notAfter = notAfter
        }
    }

    /// One place where the IdP listens.
    package struct Endpoint: Sendable, Hashable {
        package var binding: Binding
        package var location: String
        /// Where answers go, if elsewhere.
        package var responseLocation: String?

        package init(binding: Binding, location: String, responseLocation: String? = nil) {
            self.binding = binding
            self.location = location
            self.responseLocation = responseLocation
        }
    }

    /// The bindings that we speak (SAML Bindings 3.4, 3.5).
    package enum Binding: String, Sendable, Hashable, CaseIterable, Codable {
        case redirect
        case post

        package var uri: String { self == .redirect ? SAMLURI.redirectBinding : SAMLURI.postBinding }
    }

    /// Its name, octet for octet.
    package var entityID: String
    /// Every key that it may sign with, in the order of its metadata; never empty.
    package var signingKeys: [Key]
    /// Where AuthnRequests go.
    package var singleSignOn: [Endpoint]
    /// Where logout messages go.
    package var singleLogout: [Endpoint]
    /// Whether it takes only signed AuthnRequests.
    package var wantsSignedRequests: Bool
    /// Until when the metadata may be used.
    package var validUntil: Timestamp?
    /// Why signing keys of the metadata do not count; told to the operator.
    package var ignoredKeys: [String]

    package init(
        entityID: String, signingKeys: [Key], singleSignOn: [Endpoint], singleLogout: [Endpoint] = [],
        wantsSignedRequests: Bool = false, validUntil: Timestamp? = nil, ignoredKeys: [String] = []
    ) {
        self.entityID = entityID
        self.signingKeys = signingKeys
        self.singleSignOn = singleSignOn
        self.singleLogout = singleLogout
        self.wantsSignedRequests = wantsSignedRequests
        self.validUntil = validUntil
        self.ignoredKeys = ignoredKeys
    }
}
