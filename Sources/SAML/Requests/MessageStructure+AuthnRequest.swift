import XMLSecurity

extension MessageStructure {
    /// `samlp:AuthnRequest` as far as we answer it (SAML Core 3.4.1).
    ///
    /// Subject and Conditions have no place here: they bind the IdP's answer, and what is not kept must not be taken.
    ///
    /// - Parameter isVerified: The octets that a signature covers hold none any more.
    static func authnRequest(isVerified: Bool) -> MessageStructure {
        let signature: [Particle] = isVerified ? [] : [.optional(.signature, .cryptographic)]
        return MessageStructure(
            name: .authnRequest,
            content: .sequence(
                [.one(.issuer, .text)] + signature + [
                    .optional(.extensions, .foreign), .optional(.nameIDPolicy, .nothing),
                    .optional(.requestedAuthnContext, .sequence([.many(.authnContextClassRef, .text)])),
                    .optional(scoping, scope),
                ]))
    }

    private static let scoping = XMLName(.samlp, "Scoping")

    private static let scope = Content.sequence([
        .optional(
            XMLName(.samlp, "IDPList"),
            .sequence([
                .many(XMLName(.samlp, "IDPEntry"), .nothing),
                .optional(XMLName(.samlp, "GetComplete"), .text),
            ])),
        .many(XMLName(.samlp, "RequesterID"), .text),
    ])
}
