import XMLSecurity

/// A Response whose signatures hold; whether it is for us and now is still to be checked.
///
/// Only `ResponseReader` makes one.
package struct VerifiedResponse: Sendable {
    /// The Response: as signed where it is signed, else the envelope as it came, which speaks for nobody.
    let response: XMLElement
    /// Whether the Response itself is signed.
    let isResponseSigned: Bool
    /// The assertion, out of the innermost octets that were verified.
    let assertion: XMLElement
    /// Whether the assertion itself is signed.
    let isAssertionSigned: Bool
    /// Whether the assertion came encrypted.
    let wasEncrypted: Bool
    /// The key that vouches for the assertion.
    var key: PublicKey?
}

/// A Response without an assertion: the IdP's no, or somebody's.
package struct FailedResponse: Sendable {
    /// The Response, as signed where it is signed.
    let response: XMLElement
    let isSigned: Bool
    /// What it says.
    package let status: FailedStatus

    /// Holds what is there against the request: a no to another request, or by another IdP, is none to ours.
    package func check(expecting expected: ResponseExpectations) throws(SAMLError) {
        let message = VerifiedResponse(
            response: response, isResponseSigned: isSigned, assertion: response, isAssertionSigned: false,
            wasEncrypted: false)
        for check in [ResponseCheck.issuer, .destination, .inResponseTo] { try check.run(message, expected) }
    }
}

/// What came instead of an assertion.
package struct FailedStatus: Sendable, Hashable {
    /// The codes from the outermost to the innermost, known ones only.
    package let codes: [String]

    init(_ status: XMLElement?) {
        var codes: [String] = []
        var code = status?.first(.statusCode)
        while let element = code {
            let value = element.attribute("Value") ?? ""
            let isKnown =
                value.hasPrefix(Self.prefix) && value.utf8.count <= 80
                && value.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            codes.append(isKnown ? String(value.dropFirst(Self.prefix.count)) : "unknown")
            code = element.first(.statusCode)
        }
        self.codes = codes
    }

    private static let prefix = "urn:oasis:names:tc:SAML:2.0:status:"

    /// Whether the IdP says that the person, and not something technical, is the reason.
    package var isDenial: Bool { !denials.isDisjoint(with: codes) }
    private var denials: Set<String> {
        ["AuthnFailed", "RequestDenied", "NoAuthnContext", "NoPassive", "UnknownPrincipal"]
    }
    /// Whether the sign-in was not as strong as asked.
    package var isRequirementNotMet: Bool { codes.contains("NoAuthnContext") }
}
