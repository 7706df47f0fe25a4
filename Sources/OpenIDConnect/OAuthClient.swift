package import Broker
package import Foundation
import HTTPTypes
import JOSE
import TrustDocuments

/// The sending side of plain OAuth 2.0, where no ID token and no discovery document says anything: a code becomes an
/// access token, and the vendor's API is asked with it.
package struct OAuthClient: Sendable {
    private let tokenEndpoint: URL
    private let clientID: String
    private let context: ProviderContext

    /// A client; does no I/O.
    package init(tokenEndpoint: URL, clientID: String, context: ProviderContext) {
        self.tokenEndpoint = tokenEndpoint
        self.clientID = clientID
        self.context = context
    }

    /// Redeems a code (RFC 6749 4.1.3, RFC 7636 4.5).
    package func redeem(
        code: Secret<String>, redirectURI: URL, codeVerifier: String, authentication: ClientAuthentication
    ) async throws(LoginError) -> Secret<String> {
        let request = TokenRequest.redeeming(code: code, redirectURI: redirectURI, codeVerifier: codeVerifier)
            .request(at: tokenEndpoint, clientID: clientID, authentication: authentication)
        return try OAuthTokenResponse.process(try await context.transport.exchange(request, "token endpoint"))
    }

    /// Asks an API of the vendor.
    ///
    /// The request names us: some APIs refuse one without `User-Agent`.
    package func get(
        _ url: URL, accessToken: Secret<String>, of exchange: String
    ) async throws(LoginError) -> OutboundResponse {
        var request = UserInfo.request(at: url, accessToken: accessToken)
        request.headerFields[.userAgent] = "vestibule"
        return try await context.transport.exchange(request, exchange)
    }

    /// What makes a login without an ID token good once: the hash of its code, which the server takes once too
    /// (RFC 6749 4.1.2).
    package static func oneTimeIdentifier(of code: Secret<String>, now: Timestamp) -> OneTimeIdentifier {
        OneTimeIdentifier("code.sha256:\(Digests.sha256Hex(code.reveal()))", until: now + codeLifetime)
    }

    /// RFC 6749 4.1.2 recommends ten minutes at most; servers that give more are given an hour.
    private static let codeLifetime = Duration.seconds(3600)
}
