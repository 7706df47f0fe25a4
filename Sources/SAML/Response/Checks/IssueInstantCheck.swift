import Broker
import XMLSecurity

extension ResponseCheck {
    /// SAML Core 3.2.2, 2.3.3: both say when they were made, and that is not in the future.
    static let issueInstant = ResponseCheck("issueInstant", clause: "SAML Core 3.2.2, 2.3.3", rule: "M16") {
        (message, expected) throws(SAMLError) in
        for element in [message.response, message.assertion] {
            guard let instant = try element.time("IssueInstant") else {
                throw SAMLError("issue_instant_missing", "\(element.localName) has no IssueInstant")
            }
            guard instant <= expected.now + expected.skew else {
                throw SAMLError("issued_in_future", "\(element.localName) was issued in the future")
            }
        }
    }
}
