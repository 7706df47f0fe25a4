import XMLSecurity

extension MessageStructure {
    /// `samlp:LogoutRequest` as its signature covers it: one name, plain or encrypted, and the sessions
    /// (SAML Core 3.7.1).
    ///
    /// There is no place for a Signature: by redirect it is in the query (SAML Bindings 3.4.4.1), by POST it is
    /// verified and gone.
    static let logoutRequest = MessageStructure(
        name: .logoutRequest,
        content: .sequence([
            .one(.issuer, .text), .optional(.extensions, .foreign),
            Particle(choices: [(.nameID, .text), (.encryptedID, .cryptographic)], occurs: 1...1),
            .many(.sessionIndex, .text),
        ]))

    /// `samlp:LogoutResponse` as its signature covers it (SAML Core 3.7.2).
    static let logoutResponse = MessageStructure(
        name: .logoutResponse,
        content: .sequence([.one(.issuer, .text), .optional(.extensions, .foreign), .one(.status, status)]))
}
