import Broker
import XMLSecurity

extension ResponseCheck {
    /// SAML Profiles 4.1.4.3: exactly one bearer confirmation with its data, and no other method is spoken here; its
    /// Recipient is the ACS that the message was posted to.
    static let recipient = ResponseCheck("recipient", clause: "SAML Profiles 4.1.4.3", rule: "M13, M17") {
        (message, expected) throws(SAMLError) in
        guard let bearer = message.bearerData else {
            throw SAMLError("bearer_confirmation_missing", "there is not exactly one bearer confirmation with data")
        }
        guard let recipient = bearer.attribute("Recipient") else {
            throw SAMLError("recipient_missing", "the subject confirmation has no Recipient")
        }
        guard recipient.isSameText(as: expected.acsURL) else {
            throw SAMLError("recipient_mismatch", "Recipient is not this connection's ACS")
        }
    }

    /// SAML Profiles 4.1.4.2: NotOnOrAfter is there and ahead, NotBefore is not there.
    static let confirmationTime = ResponseCheck("confirmationTime", clause: "SAML Profiles 4.1.4.2", rule: "M16") {
        (message, expected) throws(SAMLError) in
        guard message.bearerData?.attribute("NotBefore") == nil else {
            throw SAMLError("confirmation_not_before", "the bearer confirmation has a NotBefore")
        }
        guard let until = try message.bearerData?.time("NotOnOrAfter") else {
            throw SAMLError("confirmation_unbounded", "the bearer confirmation has no NotOnOrAfter")
        }
        guard expected.now - expected.skew < until else {
            throw SAMLError("confirmation_expired", "NotOnOrAfter of the bearer confirmation has passed")
        }
    }
}
