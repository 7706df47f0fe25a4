import Broker
import JOSE

extension TokenCheck {
    /// OpenID Connect Core 3.1.3.7 step 11: ties the token to this login, so that a code or a token of another login,
    /// injected into this one, is worth nothing.
    package static let nonce = TokenCheck("nonce", clause: "OpenID Connect Core 3.1.3.7 step 11", rule: "M36") {
        token, expected in
        guard let sent = expected.nonce else { return nil }
        guard let nonce = token.claims.string("nonce") else { return Refusal(.nonceMismatch, "nonce is absent") }
        guard Digests.constantTimeEquals([UInt8](nonce.utf8), [UInt8](sent.utf8)) else {
            return Refusal(.nonceMismatch, "nonce is not the one that was sent")
        }
        return nil
    }
}
