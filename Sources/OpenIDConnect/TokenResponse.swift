package import Broker
import Foundation
import HTTPTypes

/// What the token endpoint gave (OpenID Connect Core 3.1.3.3); nothing in it is verified yet.
package struct TokenResponse: Sendable {
    /// The access token.
    package let accessToken: Secret<String>
    /// The ID token; a refresh may come without.
    package let idToken: Secret<String>?
    /// The refresh token, if one was given.
    package let refreshToken: Secret<String>?

    /// Reads the answer to a code.
    package static func process(_ response: OutboundResponse) throws(LoginError) -> TokenResponse {
        let tokens = try read(response)
        guard tokens.idToken != nil else {
            throw LoginError(.upstreamInvalid, detail: "OpenID Connect Core 3.1.3.3: id_token is absent")
        }
        return tokens
    }

    /// What a refresh leads to.
    package enum Refreshed: Sendable {
        /// New tokens.
        case tokens(TokenResponse)
        /// The grant is gone (RFC 6749 5.2 `invalid_grant`).
        case revoked
    }

    /// Reads the answer to a refresh token.
    package static func processRefresh(_ response: OutboundResponse) throws(LoginError) -> Refreshed {
        if isRefusal(response), refusalCode(response) == "invalid_grant" { return .revoked }
        return .tokens(try read(response))
    }

    private static func read(_ response: OutboundResponse) throws(LoginError) -> TokenResponse {
        if isRefusal(response) { throw refusal(refusalCode(response)) }
        let claims = try Wire.jsonObject(response, of: "token endpoint")
        if claims.contains("error") { throw refusal(claims.string("error")) }
        try requireBearer(claims)
        guard let accessToken = claims.string("access_token"), Wire.isVisible(accessToken, maximum: 65_536) else {
            throw LoginError(.upstreamInvalid, detail: "RFC 6749 5.1: access_token is absent or malformed")
        }
        return TokenResponse(
            accessToken: Secret(accessToken), idToken: claims.string("id_token").map { Secret($0) },
            refreshToken: claims.string("refresh_token").map { Secret($0) })
    }

    /// OpenID Connect Core 3.1.3.3: the type is Bearer; RFC 6749 5.1 compares without case.
    private static func requireBearer(_ claims: ClaimSet) throws(LoginError) {
        guard claims.string("token_type")?.lowercased() == "bearer" else {
            throw LoginError(.upstreamInvalid, detail: "OpenID Connect Core 3.1.3.3: token_type is not Bearer")
        }
    }

    /// RFC 6749 5.2: 400, or 401 for client authentication.
    static func isRefusal(_ response: OutboundResponse) -> Bool {
        response.status.code == 400 || response.status.code == 401
    }

    static func refusalCode(_ response: OutboundResponse) -> String? {
        var answer = response
        answer.status = .ok
        return (try? Wire.jsonObject(answer, of: "token endpoint"))?.string("error")
    }

    private static func refusal(_ code: String?) -> LoginError {
        LoginError(.upstreamError, detail: "RFC 6749 5.2: the token endpoint answered \(Wire.errorCode(code))")
    }
}
