import Broker

extension TokenCheck {
    /// RFC 8725 3.11: an access token or a logout token of the same OP, for the same audience, is not an ID token.
    package static let idTokenType = TokenCheck("type", clause: "RFC 8725 3.11", rule: "M30") { token, _ in
        guard let typ = token.typ, mediaType(typ) != "jwt" else { return nil }
        return Refusal(.upstreamInvalid, "typ is \(Wire.quoted(typ)), not JWT")
    }

    /// OpenID Connect Back-Channel Logout 2.4: explicit typing keeps an ID token from being played as a logout.
    package static func logoutTokenType(allowsUntyped: Bool) -> TokenCheck {
        TokenCheck("logout type", clause: "Back-Channel Logout 2.4", rule: "M39") { token, _ in
            let typ = token.typ.map(mediaType)
            guard typ != "logout+jwt", !(allowsUntyped && (typ == nil || typ == "jwt")) else { return nil }
            return Refusal(.upstreamInvalid, "typ is \(token.typ.map(Wire.quoted) ?? "absent"), not logout+jwt")
        }
    }

    /// RFC 7515 4.1.9: compared without case, and the prefix may be left out.
    private static func mediaType(_ typ: String) -> String {
        let type = typ.lowercased()
        return type.hasPrefix("application/") ? String(type.dropFirst("application/".count)) : type
    }
}
