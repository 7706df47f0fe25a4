import Broker

extension TokenCheck {
    /// OpenID Connect Core 2: `sub` is 1 to 255 ASCII characters.
    ///
    /// Octets outside ASCII would let two subjects be equal text, and controls would forge lines in a log.
    package static let subject = TokenCheck("subject", clause: "OpenID Connect Core 2", rule: "M37") { token, _ in
        guard let subject = token.claims.string("sub") else { return Refusal(.subjectInvalid, "sub is absent") }
        guard Wire.isVisible(subject, maximum: 255) else {
            return Refusal(.subjectInvalid, "sub is not 1 to 255 visible ASCII characters")
        }
        return nil
    }
}
