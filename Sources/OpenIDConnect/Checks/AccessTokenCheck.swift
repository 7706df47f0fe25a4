import Broker
import JOSE

extension TokenCheck {
    /// RFC 9068 2.1 and RFC 8725 3.11: an access token is typed `at+jwt`; older OPs write `JWT` or nothing.
    package static let accessTokenType = TokenCheck("access token type", clause: "RFC 9068 2.1", rule: "M30") {
        token, _ in
        guard let typ = token.typ?.lowercased() else { return nil }
        let types = ["at+jwt", "application/at+jwt", "jwt", "application/jwt"]
        return types.contains(typ) ? nil : Refusal(.upstreamInvalid, "typ is \(Wire.quoted(typ)), not at+jwt or JWT")
    }

    /// Who asked for an access token: `azp`, or without it an audience; else the token of any other client of the OP
    /// would speak here.
    package static let accessTokenParty = TokenCheck(
        "access token party", clause: "OpenID Connect Core 2, azp", rule: "M34"
    ) { token, expected in
        if token.claims.contains("aud"), audiences(of: token).isEmpty {
            return Refusal(.audienceMismatch, "aud is neither a string nor a list of strings")
        }
        let parties = token.claims.contains("azp") ? [token.claims.string("azp") ?? ""] : audiences(of: token)
        guard parties.contains(where: { $0.hasSameBytes(as: expected.clientID) }) else {
            let said = parties.isEmpty ? "absent" : parties.prefix(5).map(Wire.quoted).joined(separator: ", ")
            return Refusal(
                .audienceMismatch, "azp or aud is \(said), our client id is \(Wire.quoted(expected.clientID))")
        }
        return nil
    }
}
