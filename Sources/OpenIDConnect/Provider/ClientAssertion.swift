package import Broker
import JOSE

/// A client's own JWT (RFC 7523 3, OpenID Connect Core 9 `private_key_jwt`) whose signature held.
package struct ClientAssertionContext: Sendable {
    let token: SignedToken
    let clientID: String
    /// What the client may call us.
    let audiences: [String]
    let now: Timestamp
    let skew: Duration
}

/// What is asked of a client's JWT, in order.
package enum ClientAssertionChecks {
    package typealias Check = ProviderCheck<ClientAssertionContext>

    /// Every check.
    package static let all: [Check] = [
        type, issuer, subject, audience, expiration, notTooLong, notBefore, issuedAt, tokenID,
    ]

    /// How far ahead an assertion may end.
    package static let maximumLifetime = Duration.seconds(600)

    /// RFC 8725 3.11: another kind of token that the client signs is not one of these.
    package static let type = Check("assertion type", clause: "RFC 8725 3.11", rule: "M64") { context in
        guard let typ = context.token.typ?.lowercased() else { return nil }
        return ["jwt", "client-authentication+jwt"].contains(typ)
            ? nil : .init(.invalidClient, "typ is \(Wire.quoted(typ))")
    }

    /// RFC 7523 3 item 1, Core 9.
    package static let issuer = Check("assertion issuer", clause: "RFC 7523 3 item 1", rule: "M51") { context in
        let issuer = context.token.claims.string("iss")
        return issuer?.hasSameBytes(as: context.clientID) == true
            ? nil : .init(.invalidClient, "iss is not the client's id")
    }

    /// RFC 7523 3 item 2.
    package static let subject = Check("assertion subject", clause: "RFC 7523 3 item 2", rule: "M51") { context in
        let subject = context.token.claims.string("sub")
        return subject?.hasSameBytes(as: context.clientID) == true
            ? nil : .init(.invalidClient, "sub is not the client's id")
    }

    /// RFC 7523 3 item 3: an assertion that another server is named in as well could come from that server.
    package static let audience = Check("assertion audience", clause: "RFC 7523 3 item 3", rule: "M64") { context in
        let named = TokenCheck.audiences(of: context.token)
        let areOurs = named.allSatisfy { name in context.audiences.contains { $0.hasSameBytes(as: name) } }
        return !named.isEmpty && areOurs
            ? nil : .init(.invalidClient, "aud is not the issuer or the token endpoint alone")
    }

    /// RFC 7523 3 item 4.
    package static let expiration = Check("assertion expiration", clause: "RFC 7523 3 item 4", rule: "M35") { context in
        guard case .seconds(let end) = context.token.claims.time("exp") else {
            return .init(.invalidClient, "exp is absent or no NumericDate")
        }
        return context.now < Timestamp(seconds: end) + context.skew
            ? nil : .init(.invalidClient, "exp is \(end), now is \(context.now.seconds)")
    }

    /// RFC 7523 3 item 4: one that lasts for years is a password.
    package static let notTooLong = Check("assertion lifetime", clause: "RFC 7523 3 item 4", rule: "M35") { context in
        guard case .seconds(let end) = context.token.claims.time("exp") else { return nil }
        return Timestamp(seconds: end) <= context.now + maximumLifetime + context.skew
            ? nil : .init(.invalidClient, "exp is \(end), more than ten minutes ahead")
    }

    /// RFC 7523 3 item 5.
    package static let notBefore = Check("assertion not before", clause: "RFC 7523 3 item 5", rule: "M35") { context in
        isInFuture("nbf", in: context) ? .init(.invalidClient, "nbf is in the future or malformed") : nil
    }

    /// RFC 7523 3 item 6.
    package static let issuedAt = Check("assertion issued at", clause: "RFC 7523 3 item 6", rule: "M35") { context in
        isInFuture("iat", in: context) ? .init(.invalidClient, "iat is in the future or malformed") : nil
    }

    /// Core 9: without `jti` it could be played again.
    package static let tokenID = Check("assertion id", clause: "OpenID Connect Core 9", rule: "M51") { context in
        let id = context.token.claims.string("jti")
        return id.map { Wire.isVisible($0, maximum: 255) } == true
            ? nil : .init(.invalidClient, "jti is absent or malformed")
    }

    private static func isInFuture(_ name: String, in context: ClientAssertionContext) -> Bool {
        switch context.token.claims.time(name) {
        case .absent: false
        case .malformed: true
        case .seconds(let start): Timestamp(seconds: start) > context.now + context.skew
        }
    }
}

/// Verifies a client's JWT.
package enum ClientAssertion {
    /// RFC 7523 2.2.
    package static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// The algorithms that are taken.
    package static let algorithms: [String] = accepted.map(\.rawValue).sorted()

    private static let accepted: Set<JWAlgorithm> = Set(JWAlgorithm.allCases)

    /// Verifies the assertion of a client.
    ///
    /// - Returns: What may be seen once; the caller takes it.
    package static func verify(
        _ credentials: ClientCredentials, of client: RegisteredClient, audiences: [String], now: Timestamp,
        skew: Duration
    ) throws(ProviderError) -> OneTimeIdentifier {
        guard credentials.assertionType == type, let assertion = credentials.assertion?.reveal() else {
            throw ProviderError(
                .invalidClient, rule: "assertion (RFC 7523 2.2)", reason: "client_assertion or its type is not there")
        }
        let token: SignedToken
        do throws(LoginError) {
            token = try SignedToken.verify(assertion, keys: client.keys, algorithms: accepted)
        } catch {
            throw ProviderError(.invalidClient, rule: "assertion signature (RFC 7523 3 item 9)", reason: error.detail)
        }
        let context = ClientAssertionContext(
            token: token, clientID: client.id, audiences: audiences, now: now, skew: skew)
        try ClientAssertionChecks.Check.run(ClientAssertionChecks.all, on: context)
        guard let id = token.claims.string("jti"), case .seconds(let end) = token.claims.time("exp") else {
            throw ProviderError(.invalidClient, rule: "assertion id", reason: "jti or exp is absent")
        }
        return OneTimeIdentifier(id, until: Timestamp(seconds: end) + skew)
    }
}
