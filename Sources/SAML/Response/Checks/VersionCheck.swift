import XMLSecurity

extension ResponseCheck {
    /// SAML Core 2.3.3, 3.2.2: both say 2.0; another version has other rules.
    static let version = ResponseCheck("version", clause: "SAML Core 3.2.2, 2.3.3", rule: "M17") {
        (message, _) throws(SAMLError) in
        guard message.response.attribute("Version", is: "2.0"), message.assertion.attribute("Version", is: "2.0") else {
            throw SAMLError("version_not_supported", "the Response or the assertion is not SAML 2.0")
        }
    }
}
