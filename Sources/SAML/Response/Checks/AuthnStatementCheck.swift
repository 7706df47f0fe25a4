import Broker
import XMLSecurity

extension ResponseCheck {
    /// SAML Profiles 4.1.4.2, Core 2.7.2, 3.4.1: one AuthnStatement says that the person signed in, for attributes alone
    /// are no login; its AuthnInstant is there, not ahead, and after the request where a fresh sign-in was asked for
    /// (`ForceAuthn`).
    static let authnInstant = ResponseCheck(
        "authnInstant", clause: "SAML Profiles 4.1.4.2, Core 2.7.2", rule: "M16, M17"
    ) { (message, expected) throws(SAMLError) in
        guard let statement = message.authnStatementElement else {
            throw SAMLError("authn_statement_missing", "there is not exactly one AuthnStatement")
        }
        guard let instant = try statement.time("AuthnInstant") else {
            throw SAMLError("authn_instant_missing", "the AuthnStatement has no AuthnInstant")
        }
        guard instant <= expected.now + expected.skew else {
            throw SAMLError("authenticated_in_future", "AuthnInstant is ahead")
        }
        if let since = expected.authenticatedSince, instant < since - expected.skew {
            throw SAMLError("authentication_not_fresh", "the person did not sign in again as asked")
        }
    }

    /// SAML Core 2.7.2: the IdP's session, where it says an end, has not ended.
    static let sessionEnd = ResponseCheck("sessionEnd", clause: "SAML Core 2.7.2", rule: "M16") {
        (message, expected) throws(SAMLError) in
        guard let until = try message.authnStatementElement?.time("SessionNotOnOrAfter") else { return }
        guard expected.now - expected.skew < until else {
            throw SAMLError("session_ended", "SessionNotOnOrAfter has passed")
        }
    }

    /// SAML Core 3.3.2.2.1: with `exact`, the class is one of those that were asked for.
    static let contextClass = ResponseCheck("contextClass", clause: "SAML Core 3.3.2.2.1", rule: "M17") {
        (message, expected) throws(SAMLError) in
        guard !expected.contextClasses.isEmpty else { return }
        let said = message.authnStatementElement?.first(.authnContext)?.first(.authnContextClassRef)?.text
        guard let said, expected.contextClasses.contains(where: { $0.isSameText(as: said) }) else {
            throw SAMLError("context_class_not_met", "the authentication context class is not one that was asked for")
        }
    }
}
