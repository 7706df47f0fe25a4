package import Broker
package import Foundation
import HTTPTypes
import JOSE

/// The UserInfo endpoint (OpenID Connect Core 5.3).
package enum UserInfo {
    /// Core 5.3.1.
    package static func request(at endpoint: URL, accessToken: Secret<String>) -> OutboundRequest {
        OutboundRequest(
            url: endpoint,
            headerFields: [.accept: "application/json", .authorization: "Bearer \(accessToken.reveal())"])
    }

    /// Reads and checks the answer.
    package static func process(_ response: OutboundResponse, subject: String) throws(LoginError) -> ClaimSet {
        try refuseSigned(response)
        let claims = try Wire.jsonObject(response, of: "UserInfo")
        try requireSubject(subject, in: claims)
        return claims
    }

    /// Core 5.3.2: a signed answer comes only to clients that registered for it, and we do not.
    private static func refuseSigned(_ response: OutboundResponse) throws(LoginError) {
        let type = response.headerFields[.contentType]?.lowercased() ?? ""
        guard !type.hasPrefix("application/jwt") else {
            throw LoginError(
                .upstreamInvalid,
                detail: "OpenID Connect Core 5.3.2: UserInfo is a JWT; register the client for plain JSON")
        }
    }

    /// Core 5.3.2: the same `sub`, or the claims are another person's (token substitution, Core 16.11).
    private static func requireSubject(_ subject: String, in claims: ClaimSet) throws(LoginError) {
        guard let said = claims.string("sub"), said.hasSameBytes(as: subject) else {
            throw LoginError(
                .subjectInvalid, detail: "OpenID Connect Core 5.3.2: sub of UserInfo is not the ID token's")
        }
    }
}
