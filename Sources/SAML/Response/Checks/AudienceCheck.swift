import XMLSecurity

extension ResponseCheck {
    /// SAML Core 2.5.1.4: every AudienceRestriction names us among its audiences: they are and-ed, audiences or-ed.
    ///
    /// Without Conditions an assertion is for everybody and forever; one for another SP, replayed here by that SP, would
    /// else be a login.
    static let audience = ResponseCheck("audience", clause: "SAML Core 2.5.1.4, Profiles 4.1.4.2", rule: "M14") {
        (message, expected) throws(SAMLError) in
        guard let conditions = message.conditionsElement else {
            throw SAMLError("conditions_missing", "the assertion has no Conditions")
        }
        let restrictions = conditions.children(.audienceRestriction)
        guard !restrictions.isEmpty else {
            throw SAMLError("audience_missing", "the assertion has no AudienceRestriction")
        }
        let isOurs = restrictions.allSatisfy { restriction in
            restriction.children(.audience).contains {
                $0.holds(text: expected.spEntityID)
            }
        }
        guard isOurs else { throw SAMLError("audience_mismatch", "the assertion is for another audience") }
    }
}
