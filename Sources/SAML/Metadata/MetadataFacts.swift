import Broker
import XMLSecurity

/// What metadata says, before it is believed.
package struct MetadataFacts: Sendable {
    /// The entityID that is configured.
    let wanted: String
    let now: Timestamp
    let lifetime: MetadataReader.Lifetime
    /// From the root to the role, as far as there is one: every element whose `validUntil` bounds what we read.
    let enclosing: [XMLElement]
    /// The roles of a SAML 2.0 IdP.
    let roles: [XMLElement]
    let keys: MetadataKeys
    let singleSignOn: [IdentityProviderDescription.Endpoint]
    let singleLogout: [IdentityProviderDescription.Endpoint]

    init(enclosing way: [XMLElement], wanted: String, now: Timestamp, lifetime: MetadataReader.Lifetime) {
        self.wanted = wanted
        self.now = now
        self.lifetime = lifetime
        roles = way.last?.children(.identityProviderRole).filter(Self.speaksSAML2) ?? []
        enclosing = way + roles.prefix(1)
        keys = MetadataKeys(of: roles.first)
        singleSignOn = Self.endpoints(.singleSignOnService, of: roles.first)
        singleLogout = Self.endpoints(.singleLogoutService, of: roles.first)
    }

    /// What is believed once the checks have passed.
    var description: IdentityProviderDescription {
        let wish = roles.first?.attribute("WantAuthnRequestsSigned")?.lowercased()
        return IdentityProviderDescription(
            entityID: wanted, signingKeys: keys.usable, singleSignOn: singleSignOn, singleLogout: singleLogout,
            wantsSignedRequests: wish == "true" || wish == "1", validUntil: validUntil, ignoredKeys: keys.ignored)
    }

    /// The earliest end of any enclosing element.
    var validUntil: Timestamp? {
        enclosing.compactMap { $0.attribute("validUntil").flatMap(SAMLTime.parse) }.min()
    }

    /// `protocolSupportEnumeration` is a list of URIs between blanks (SAML Metadata 2.4.1).
    private static func speaksSAML2(_ role: XMLElement) -> Bool {
        let protocols = role.attribute("protocolSupportEnumeration") ?? ""
        return protocols.split(whereSeparator: \.isWhitespace).contains(Substring(SAMLURI.protocolNamespace))
    }

    /// The endpoints with a binding that we speak, in order; others, such as SOAP, are not ours to judge.
    private static func endpoints(
        _ name: XMLName, of role: XMLElement?
    ) -> [IdentityProviderDescription.Endpoint] {
        (role?.children(name) ?? []).compactMap { element in
            let uri = element.attribute("Binding")
            guard let binding = IdentityProviderDescription.Binding.allCases.first(where: { $0.uri == uri }) else {
                return nil
            }
            return IdentityProviderDescription.Endpoint(
                binding: binding, location: element.attribute("Location") ?? "",
                responseLocation: element.attribute("ResponseLocation"))
        }
    }
}
