import Broker
import JOSE

extension TokenCheck {
    /// OpenID Connect Core 3.1.3.7 step 3: else a token that was made for any other client of the OP logs in here.
    package static let audience = TokenCheck("audience", clause: "OpenID Connect Core 3.1.3.7 step 3", rule: "M34") {
        token, expected in
        let audiences = Self.audiences(of: token)
        guard audiences.contains(where: { $0.hasSameBytes(as: expected.clientID) }) else {
            let said = audiences.isEmpty ? "absent" : audiences.prefix(5).map(Wire.quoted).joined(separator: ", ")
            return Refusal(.audienceMismatch, "aud is \(said), our client id is \(Wire.quoted(expected.clientID))")
        }
        return nil
    }

    /// RFC 7519 4.1.3: one string or a list of strings; anything else is no audience.
    static func audiences(of token: SignedToken) -> [String] {
        token.claims.string("aud").map { [$0] } ?? token.claims.strings("aud") ?? []
    }
}
