import XMLSecurity

extension XMLName {
    // Protocol
    static let response = XMLName(.samlp, "Response")
    static let logoutRequest = XMLName(.samlp, "LogoutRequest")
    static let logoutResponse = XMLName(.samlp, "LogoutResponse")
    static let authnRequest = XMLName(.samlp, "AuthnRequest")
    static let status = XMLName(.samlp, "Status")
    static let statusCode = XMLName(.samlp, "StatusCode")
    static let statusMessage = XMLName(.samlp, "StatusMessage")
    static let statusDetail = XMLName(.samlp, "StatusDetail")
    static let extensions = XMLName(.samlp, "Extensions")
    static let sessionIndex = XMLName(.samlp, "SessionIndex")
    static let nameIDPolicy = XMLName(.samlp, "NameIDPolicy")
    static let requestedAuthnContext = XMLName(.samlp, "RequestedAuthnContext")

    // Assertion
    static let issuer = XMLName(.saml, "Issuer")
    static let assertion = XMLName(.saml, "Assertion")
    static let encryptedAssertion = XMLName(.saml, "EncryptedAssertion")
    static let subject = XMLName(.saml, "Subject")
    static let nameID = XMLName(.saml, "NameID")
    static let encryptedID = XMLName(.saml, "EncryptedID")
    static let baseID = XMLName(.saml, "BaseID")
    static let subjectConfirmation = XMLName(.saml, "SubjectConfirmation")
    static let subjectConfirmationData = XMLName(.saml, "SubjectConfirmationData")
    static let conditions = XMLName(.saml, "Conditions")
    static let audienceRestriction = XMLName(.saml, "AudienceRestriction")
    static let audience = XMLName(.saml, "Audience")
    static let oneTimeUse = XMLName(.saml, "OneTimeUse")
    static let proxyRestriction = XMLName(.saml, "ProxyRestriction")
    static let condition = XMLName(.saml, "Condition")
    static let advice = XMLName(.saml, "Advice")
    static let authnStatement = XMLName(.saml, "AuthnStatement")
    static let authnContext = XMLName(.saml, "AuthnContext")
    static let authnContextClassRef = XMLName(.saml, "AuthnContextClassRef")
    static let attributeStatement = XMLName(.saml, "AttributeStatement")
    static let attribute = XMLName(.saml, "Attribute")
    static let encryptedAttribute = XMLName(.saml, "EncryptedAttribute")
    static let attributeValue = XMLName(.saml, "AttributeValue")
}

/// URIs that messages carry.
package enum SAMLURI {
    package static let protocolNamespace = "urn:oasis:names:tc:SAML:2.0:protocol"
    package static let assertionNamespace = "urn:oasis:names:tc:SAML:2.0:assertion"
    package static let metadataNamespace = "urn:oasis:names:tc:SAML:2.0:metadata"
    package static let bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    package static let redirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
    package static let postBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
    package static let success = "urn:oasis:names:tc:SAML:2.0:status:Success"
    package static let requester = "urn:oasis:names:tc:SAML:2.0:status:Requester"
    package static let responder = "urn:oasis:names:tc:SAML:2.0:status:Responder"
    package static let partialLogout = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"
    package static let unspecifiedFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
    package static let emailFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
    package static let persistentFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    package static let transientFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    package static let entityFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
}
