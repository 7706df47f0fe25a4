import XMLSecurity

extension XMLName {
    static let entitiesDescriptor = XMLName(.md, "EntitiesDescriptor")
    static let entityDescriptor = XMLName(.md, "EntityDescriptor")
    static let identityProviderRole = XMLName(.md, "IDPSSODescriptor")
    static let keyDescriptor = XMLName(.md, "KeyDescriptor")
    static let singleSignOnService = XMLName(.md, "SingleSignOnService")
    static let singleLogoutService = XMLName(.md, "SingleLogoutService")
    static let metadataKeyInfo = XMLName(.dsig, "KeyInfo")
    static let x509Data = XMLName(.dsig, "X509Data")
    static let x509Certificate = XMLName(.dsig, "X509Certificate")
}
