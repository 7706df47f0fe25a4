import Broker
import XMLSecurity

extension ResponseCheck {
    /// SAML Core 2.5.1.2: NotBefore <= now < NotOnOrAfter, give or take the skew.
    static let conditionsTime = ResponseCheck("conditionsTime", clause: "SAML Core 2.5.1.2", rule: "M16") {
        (message, expected) throws(SAMLError) in
        if let from = try message.conditionsElement?.time("NotBefore"), expected.now + expected.skew < from {
            throw SAMLError("not_yet_valid", "NotBefore of Conditions is ahead")
        }
        if let until = try message.conditionsElement?.time("NotOnOrAfter"), until <= expected.now - expected.skew {
            throw SAMLError("assertion_expired", "NotOnOrAfter of Conditions has passed")
        }
    }

    /// SAML Core 2.5.1: a condition that is not understood makes the assertion's validity unknown.
    static let unknownCondition = ResponseCheck("unknownCondition", clause: "SAML Core 2.5.1", rule: "M17") {
        (message, _) throws(SAMLError) in
        guard message.conditionsElement?.first(.condition) == nil else {
            throw SAMLError("condition_unknown", "Conditions hold a condition of another kind")
        }
    }

    /// SAML Core 2.5.1.6: a Count of 0 forbids to vouch for the person any further, which is what a broker does.
    static let proxyRestriction = ResponseCheck("proxyRestriction", clause: "SAML Core 2.5.1.6", rule: "M17") {
        (message, _) throws(SAMLError) in
        for restriction in message.conditionsElement?.children(.proxyRestriction) ?? [] {
            guard let count = restriction.attribute("Count") else { continue }
            guard let number = Int(count), number > 0 else {
                throw SAMLError("proxying_forbidden", "ProxyRestriction forbids to vouch further")
            }
        }
    }
}
