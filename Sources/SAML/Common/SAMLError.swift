package import Broker
package import XMLSecurity

/// Why a SAML message, or metadata, is refused: one rule for each check.
///
/// The person sees one text for all of them; the audit log names the rule.
package struct SAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name of the check that refused, in snake_case.
    package let rule: String
    /// What the operator needs to know; never a name, a value or an identifier that the message chose without bound.
    package let detail: String

    /// An error.
    package init(_ rule: String, _ detail: String) {
        self.rule = rule
        self.detail = detail
    }

    /// What XMLSecurity refused.
    package init(_ error: XMLSecurityError) { self.init(error.code.rawValue, error.detail) }

    /// The rule only.
    package var description: String { rule }

    /// What the engine is told: one code for every rule.
    package var loginError: LoginError {
        LoginError(.messageRefused, detail: detail, rule: rule)
    }
}

/// Runs a step of XMLSecurity and names its refusal as a rule of ours.
func refusing<Value>(_ step: () throws(XMLSecurityError) -> Value) throws(SAMLError) -> Value {
    do throws(XMLSecurityError) { return try step() } catch { throw SAMLError(error) }
}
