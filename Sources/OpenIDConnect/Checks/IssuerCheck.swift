import Broker
import JOSE

extension TokenCheck {
    /// OpenID Connect Core 3.1.3.7 step 2: octet for octet the configured issuer, or one tenant of an OP that signs for
    /// many with one key could speak for another.
    package static let issuer = TokenCheck("issuer", clause: "OpenID Connect Core 3.1.3.7 step 2", rule: "M34") {
        token, expected in
        let issuer = token.claims.string("iss")
        guard let issuer, issuer.hasSameBytes(as: expected.issuer) else {
            return Refusal(
                .issuerMismatch,
                "iss is \(issuer.map(Wire.quoted) ?? "absent"), configured is \(Wire.quoted(expected.issuer))")
        }
        return nil
    }
}
