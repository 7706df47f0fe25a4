import Broker
import XMLSecurity

extension ResponseCheck {
    /// SAML Core 3.2.2: what the envelope answers is our request.
    ///
    /// Unsigned, it proves nothing; contradicting, it refuses.
    static let inResponseTo = ResponseCheck("inResponseTo", clause: "SAML Core 3.2.2", rule: "M15") {
        (message, expected) throws(SAMLError) in
        guard let answered = message.response.attribute("InResponseTo") else {
            guard expected.requestID == nil || !message.isResponseSigned else {
                throw SAMLError("in_response_to_missing", "the signed Response answers no request")
            }
            return
        }
        guard let request = expected.requestID, answered.isSameText(as: request) else {
            throw SAMLError("in_response_to_mismatch", "the Response answers another request")
        }
    }

    /// SAML Profiles 4.1.4.3: the signed confirmation names our request.
    ///
    /// The envelope alone will not do: anybody can write one around a stolen assertion.
    static let confirmationRequest = ResponseCheck(
        "confirmationRequest", clause: "SAML Profiles 4.1.4.3", rule: "M15"
    ) { (message, expected) throws(SAMLError) in
        let answered = message.bearerData?.attribute("InResponseTo")
        switch (answered, expected.requestID) {
        case (nil, nil): return
        case (nil, _?):
            throw SAMLError("in_response_to_missing", "the subject confirmation answers no request")
        case (let answered?, let request):
            guard let request, answered.isSameText(as: request) else {
                throw SAMLError("in_response_to_mismatch", "the subject confirmation answers another request")
            }
        }
    }
}
