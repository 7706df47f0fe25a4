package import Broker
package import JOSE

/// An ID token of ours that a client gives back: whom it is about (Core 3.1.2.1, RP-Initiated Logout 2).
package struct IDTokenHint: Sendable, Hashable {
    /// `sub`.
    package let subject: String
    /// `sid`, how both sides name the session.
    package let sessionID: String?

    /// What is asked of it, in order: that it is an ID token, ours, and this client's.
    ///
    /// It may have expired, as it is a name and no proof.
    package static let checks: [TokenCheck] = [.idTokenType, .issuer, .audience, .authorizedParty, .subject]

    /// Verifies one with our own keys, those that no longer sign among them.
    package static func verify(
        _ token: String, keys: JWKSet, issuer: String, clientID: String, now: Timestamp
    ) throws(ProviderError) -> IDTokenHint {
        do throws(LoginError) {
            let signed = try SignedToken.verify(token, keys: keys, algorithms: [.rs256])
            let expected = TokenExpectations(issuer: issuer, clientID: clientID, now: now)
            for check in checks { try check.run(signed, expecting: expected) }
            return IDTokenHint(
                subject: signed.claims.string("sub") ?? "", sessionID: signed.claims.string("sid"))
        } catch {
            throw ProviderError(
                .invalidRequest, rule: "ID token hint (OpenID Connect Core 3.1.2.1)", reason: error.detail)
        }
    }
}
