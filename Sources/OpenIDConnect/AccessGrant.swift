package import Broker
package import Foundation
import Synchronization
import TrustDocuments

/// An access token that was given to us rather than to a person, and until when it may be used.
package struct AccessGrant: Sendable {
    /// The token.
    package let accessToken: Secret<String>
    /// When a new one is due; a minute before the token ends.
    package let until: Timestamp

    /// Time for the requests that begin with a token just before it ends.
    private static let margin = Duration.seconds(60)
    /// A longer life is not used: permissions that were withdrawn stay in a token until it ends.
    private static let longest: Int64 = 3600

    /// Reads the answer of a token endpoint (RFC 6749 5.1).
    ///
    /// Without `expires_in` nobody knows how long the token counts, and it is used once.
    static func process(_ response: OutboundResponse, now: Timestamp) throws(LoginError) -> AccessGrant {
        switch try TokenResponse.processRefresh(response) {
        case .tokens(let tokens):
            let lifetime = try Wire.jsonObject(response, of: "token endpoint").integer("expires_in") ?? 0
            return AccessGrant(
                accessToken: tokens.accessToken, until: now + .seconds(min(max(lifetime, 0), longest)) - margin)
        case .revoked:
            throw LoginError(.upstreamError, detail: "RFC 6749 5.2: the token endpoint answered invalid_grant")
        }
    }

    /// Asks for a token as the client itself (RFC 6749 4.4.2).
    package static func clientCredentials(
        at endpoint: URL, clientID: String, authentication: ClientAuthentication, scope: String? = nil,
        context: ProviderContext
    ) async throws(LoginError) -> AccessGrant {
        let request = TokenRequest.clientCredentials(scope: scope).request(
            at: endpoint, clientID: clientID, authentication: authentication)
        return try process(try await context.transport.exchange(request, "token endpoint"), now: context.time.now)
    }
}

/// Access tokens of our own that still count, by what they are for.
///
/// In this process alone: a token is made anew faster than a store could keep it secret.
package final class AccessTokenCache: Sendable {
    private let grants = Mutex<[String: AccessGrant]>([:])

    /// An empty cache.
    package init() {}

    /// The token for a purpose, asked for where there is none that still counts.
    package func token(
        for purpose: String, now: Timestamp, _ ask: () async throws(LoginError) -> AccessGrant
    ) async throws(LoginError) -> Secret<String> {
        if let grant = grants.withLock({ $0[purpose] }), now < grant.until { return grant.accessToken }
        let grant = try await ask()
        grants.withLock { $0[purpose] = grant }
        return grant.accessToken
    }

    /// Drops a token that was refused.
    package func forget(_ purpose: String) { grants.withLock { $0[purpose] = nil } }
}
