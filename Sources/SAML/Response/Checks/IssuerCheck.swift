import XMLSecurity

extension ResponseCheck {
    /// SAML Profiles 4.1.4.2: the issuer is the IdP that was asked.
    ///
    /// A message of another IdP, even a genuine one, is somebody else's login (CVE-2026-49284).
    static let issuer = ResponseCheck("issuer", clause: "SAML Profiles 4.1.4.2", rule: "M11") {
        (message, expected) throws(SAMLError) in
        let outer = message.response.first(.issuer)
        guard outer != nil || !message.isResponseSigned else {
            throw SAMLError("issuer_missing", "a signed Response has no Issuer")
        }
        for issuer in [outer, message.assertion.first(.issuer)].compactMap({ $0 }) {
            guard issuer.holds(text: expected.idpEntityID),
                issuer.attribute("Format").map({ $0 == SAMLURI.entityFormat }) ?? true
            else { throw SAMLError("issuer_mismatch", "an Issuer is not the connection's entityID") }
        }
    }
}
