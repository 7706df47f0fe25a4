import Broker
import JOSE

extension TokenCheck {
    /// OpenID Connect Back-Channel Logout 2.6 step 6: `events` holds the logout event, an object.
    package static let logoutEvent = TokenCheck("logout event", clause: "Back-Channel Logout 2.6 step 6", rule: "M39") {
        token, _ in
        let event = token.claims.object("events")?.object("http://schemas.openid.net/event/backchannel-logout")
        return event == nil ? Refusal(.upstreamInvalid, "events does not hold the logout event") : nil
    }

    /// OpenID Connect Back-Channel Logout 2.6 step 7: a nonce is what an ID token has.
    package static let noNonce = TokenCheck("no nonce", clause: "Back-Channel Logout 2.6 step 7", rule: "M39") {
        token, _ in
        token.claims.contains("nonce") ? Refusal(.upstreamInvalid, "nonce is present") : nil
    }

    /// OpenID Connect Back-Channel Logout 2.6 step 8: without `jti` a logout could be played again and again.
    package static let tokenID = TokenCheck("token id", clause: "Back-Channel Logout 2.6 step 8", rule: "M39") {
        token, _ in
        guard let id = token.claims.string("jti"), Wire.isVisible(id, maximum: 255) else {
            return Refusal(.upstreamInvalid, "jti is absent or malformed")
        }
        return nil
    }

    /// OpenID Connect Back-Channel Logout 2.6 step 5: `sub`, `sid` or both say whose session ends.
    package static let logoutTarget = TokenCheck(
        "logout target", clause: "Back-Channel Logout 2.6 step 5", rule: "M39"
    ) { token, _ in
        let targets = ["sub", "sid"].filter(token.claims.contains)
        guard !targets.isEmpty else { return Refusal(.subjectInvalid, "neither sub nor sid is present") }
        let areSound = targets.allSatisfy { token.claims.string($0).map { Wire.isVisible($0, maximum: 255) } ?? false }
        return areSound ? nil : Refusal(.subjectInvalid, "sub or sid is malformed")
    }
}
