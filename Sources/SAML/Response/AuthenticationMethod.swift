/// What an authentication context class says of the method (SAML Authentication Context 3.4), in the words of RFC 8176, so
/// that sessions look the same whichever protocol opened them.
enum AuthenticationMethod {
    private static let prefix = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
    private static let methods: [String: [String]] = [
        prefix + "Password": ["pwd"], prefix + "PasswordProtectedTransport": ["pwd"],
        prefix + "TimeSyncToken": ["otp"], prefix + "Smartcard": ["sc"], prefix + "SmartcardPKI": ["sc"],
        prefix + "SoftwarePKI": ["swk"], prefix + "MobileOneFactorContract": ["sms"],
        "https://refeds.org/profile/mfa": ["mfa"], "http://schemas.microsoft.com/claims/multipleauthn": ["mfa"],
    ]

    /// The methods of a class; nil where it names none.
    static func of(_ contextClass: String) -> [String]? { methods[contextClass] }
}
