import XMLSecurity

extension LogoutCheck {
    /// SAML Profiles 4.4.4.1: the issuer is the connection's IdP, octet for octet; one customer's IdP must not end the
    /// sessions of another's.
    static let issuer = LogoutCheck("issuer", clause: "SAML Profiles 4.4.4.1, 4.4.4.2") {
        (message, expected) throws(SAMLError) in
        guard message.first(.issuer)?.entityID?.utf8.elementsEqual(expected.issuer.utf8) == true else {
            throw SAMLError("logout_issuer_mismatch", "Issuer is not the entityID of the other side")
        }
    }

    /// SAML Bindings 3.4.5.2, 3.5.5.2: a signed message names where it goes, and that is here; else a message to
    /// another SP of the same IdP would do.
    static let destination = LogoutCheck("destination", clause: "SAML Bindings 3.4.5.2, 3.5.5.2") {
        (message, expected) throws(SAMLError) in
        guard let destination = message.attribute("Destination") else {
            throw SAMLError("logout_destination_missing", "Destination is absent")
        }
        guard destination.utf8.elementsEqual(expected.endpoint.utf8) else {
            throw SAMLError("logout_destination_mismatch", "Destination is not the logout endpoint that was called")
        }
    }

    /// SAML Core 3.2.2: the answer is to the request that we sent; an answer to another says nothing about this one.
    static let inResponseTo = LogoutCheck("inResponseTo", clause: "SAML Core 3.2.2") {
        (message, expected) throws(SAMLError) in
        guard let id = expected.requestID, message.attribute("InResponseTo", is: id) else {
            throw SAMLError("logout_in_response_to_mismatch", "InResponseTo is not the ID of our LogoutRequest")
        }
    }
}
