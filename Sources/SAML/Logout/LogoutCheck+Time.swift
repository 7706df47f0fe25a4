import Broker
import XMLSecurity

extension LogoutCheck {
    /// SAML Core 3.2.1: a message from the future would live longer than we remember its ID.
    static let issuedInFuture = LogoutCheck("issuedInFuture", clause: "SAML Core 3.2.1, 3.2.2") {
        (message, expected) throws(SAMLError) in
        guard try message.issued <= expected.now + expected.skew else {
            throw SAMLError("logout_issued_in_future", "IssueInstant is in the future")
        }
    }

    /// SAML Core 3.2.1: NotOnOrAfter is optional, and a message that was found later is of no use.
    static let age = LogoutCheck("age", clause: "SAML Core 3.2.1, 3.2.2") {
        (message, expected) throws(SAMLError) in
        guard try expected.now < message.issued + expected.window + expected.skew else {
            throw SAMLError("logout_too_old", "IssueInstant is too long ago")
        }
    }

    /// SAML Core 3.7.1: the moment at which the request expires.
    static let notOnOrAfter = LogoutCheck("notOnOrAfter", clause: "SAML Core 3.7.1") {
        (message, expected) throws(SAMLError) in
        guard let end = try message.time("NotOnOrAfter") else { return }
        guard expected.now < end + expected.skew else {
            throw SAMLError("logout_expired", "NotOnOrAfter is past")
        }
    }
}

extension XMLElement {
    fileprivate var issued: Timestamp {
        get throws(SAMLError) {
            guard let instant = try time("IssueInstant") else {
                throw SAMLError("issue_instant_missing", "\(localName) has no IssueInstant")
            }
            return instant
        }
    }
}
