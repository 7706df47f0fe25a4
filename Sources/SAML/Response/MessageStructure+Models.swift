import XMLSecurity

extension MessageStructure {
    /// `samlp:Response` with exactly one assertion, plain or encrypted; none only where the status is not Success, which
    /// `ResponseReader` sees to.
    package static let response = MessageStructure(
        name: .response,
        content: .sequence([
            .optional(.issuer, .text), .optional(.signature, .cryptographic), .optional(.extensions, .foreign),
            .one(.status, status),
            Particle(
                choices: [(.assertion, assertionContent), (.encryptedAssertion, .cryptographic)], occurs: 0...1),
            // Auth0 of 2016 puts it last. Two are none: the verifier takes exactly one.
            .optional(.signature, .cryptographic),
        ]))

    /// `saml:Assertion` as a document of its own.
    package static let assertion = MessageStructure(name: .assertion, content: assertionContent)

    /// `samlp:Status`; second-level codes nest (SAML Core 3.2.2.2).
    static let status = Content.sequence([
        .one(.statusCode, statusCode(levels: 4)), .optional(.statusMessage, .text), .optional(.statusDetail, .foreign),
    ])

    private static func statusCode(levels: Int) -> Content {
        levels == 0 ? .nothing : .sequence([.optional(.statusCode, statusCode(levels: levels - 1))])
    }

    private static let assertionContent = Content.sequence([
        .one(.issuer, .text), .optional(.signature, .cryptographic), .optional(.subject, subject),
        .optional(.conditions, conditions), .optional(.advice, .foreign),
        Particle(
            choices: [(.authnStatement, authnStatement), (.attributeStatement, attributeStatement)],
            occurs: 0...Int(Int32.max)),
    ])

    private static let identifier = Particle(
        choices: [(.nameID, .text), (.encryptedID, .cryptographic), (.baseID, .foreign)], occurs: 0...1)

    private static let subject = Content.sequence([
        identifier,
        .many(
            .subjectConfirmation,
            .sequence([identifier, .optional(.subjectConfirmationData, .foreign)])),
    ])

    private static let conditions = Content.sequence([
        Particle(
            choices: [
                (.audienceRestriction, .sequence([.many(.audience, .text)])), (.oneTimeUse, .nothing),
                (.proxyRestriction, .sequence([.many(.audience, .text)])), (.condition, .foreign),
            ], occurs: 0...Int(Int32.max))
    ])

    private static let authnStatement = Content.sequence([
        .optional(XMLName(.saml, "SubjectLocality"), .nothing),
        .one(
            .authnContext,
            .sequence([
                .optional(.authnContextClassRef, .text),
                Particle(
                    choices: [
                        (XMLName(.saml, "AuthnContextDecl"), .foreign),
                        (XMLName(.saml, "AuthnContextDeclRef"), .text),
                    ], occurs: 0...1),
                .many(XMLName(.saml, "AuthenticatingAuthority"), .text),
            ])),
    ])

    private static let attributeStatement = Content.sequence([
        Particle(
            choices: [
                (.attribute, .sequence([.many(.attributeValue, .value)])), (.encryptedAttribute, .cryptographic),
            ], occurs: 1...Int(Int32.max))
    ])
}
