package import Broker
package import BrokerModel
import Foundation
package import JOSE

/// The claims of a session token: a published contract, pinned by a golden test.
package struct SessionTokenClaims: Sendable, Hashable {
    package var issuer: String
    package var customer: CustomerID
    package var site: SiteID
    package var issuedAt: Int64
    package var expiresAt: Int64
    package var tokenID: String
    package var session: SessionID
    package var authenticatedAt: Int64
    package var acr: String?
    package var amr: [String]
    package var email: String?
    package var name: String?
    package var organization: OrganizationID
    package var connection: ConnectionID
    package var groups: [String]
    /// Whether the IdP did not tell all of them.
    package var areGroupsIncomplete = false
    package var portals: [String]

    /// `ver`: grows when a claim changes its meaning.
    package static let version: Int64 = 1
    /// `token_use`: what keeps this token from being taken for another kind (M64).
    package static let use = "session"
    /// Beyond this many octets the groups are left out; the token is a cookie and must fit beside others in 4 KiB.
    package static let maximumOctets = 3072

    /// The claims as JSON, in one order.
    func object(withGroups: Bool) -> JSONObject {
        var object: JSONObject = [
            "iss": .string(issuer), "sub": .string(customer.rawValue), "aud": .string(site.rawValue),
            "iat": .integer(issuedAt), "exp": .integer(expiresAt), "jti": .string(tokenID),
            "sid": .string(session.rawValue), "auth_time": .integer(authenticatedAt),
        ]
        if let acr { object["acr"] = .string(acr.bounded(128)) }
        if !amr.isEmpty { object["amr"] = .array(amr.prefix(8).map { .string($0.bounded(32)) }) }
        if let email { object["email"] = .string(email) }
        if let name { object["name"] = .string(name.bounded(128)) }
        object["org"] = .string(organization.rawValue)
        object["idp"] = .string(connection.rawValue)
        if withGroups {
            object["groups"] = .array(groups.map { .string($0) })
            if areGroupsIncomplete { object["groups_incomplete"] = true }
        } else {
            object["groups_omitted"] = true
        }
        object["portals"] = .array(portals.map { .string($0) })
        object["ver"] = .integer(Self.version)
        object["token_use"] = .string(Self.use)
        return object
    }
}

extension String {
    /// What fits into so many octets, without controls: each would take six octets of JSON.
    fileprivate func bounded(_ count: Int) -> String {
        var (kept, size) = (String.UnicodeScalarView(), 0)
        for scalar in unicodeScalars where scalar.properties.generalCategory != .control {
            size += UTF8.width(scalar)
            guard size <= count else { break }
            kept.append(scalar)
        }
        return String(kept)
    }
}

/// Issues and verifies session tokens.
package enum SessionToken {
    /// Issues a token; leaves the groups out rather than outgrow its bound.
    package static func issue(_ claims: SessionTokenClaims, with key: SigningKey) throws -> String {
        let token = try key.issue(claims: claims.object(withGroups: true), typ: "JWT")
        guard token.utf8.count > SessionTokenClaims.maximumOctets else { return token }
        return try key.issue(claims: claims.object(withGroups: false), typ: "JWT")
    }

    /// What a verified token says that the gate needs; everything else comes from the session.
    package struct Verified: Sendable, Hashable {
        package var session: SessionID
        package var expiresAt: Timestamp
    }

    /// Verifies a token: signature by a key of this use, then type, issuer, audience, use and time.
    ///
    /// No skew is allowed: we are both issuer and verifier, and a renewal is one request away.
    package static func verify(
        _ token: String, with verifier: JWSVerifier, issuer: String, site: SiteID, at now: Timestamp
    ) throws(JOSEError) -> Verified? {
        let claims = try JWT.verify(token, with: verifier, types: AllowedTypes(["JWT"])).claims
        guard claims.string("token_use")?.hasSameBytes(as: SessionTokenClaims.use) == true,
            claims.string("iss")?.hasSameBytes(as: issuer) == true,
            claims.string("aud")?.hasSameBytes(as: site.rawValue) == true,
            let session = claims.string("sid"), let expires = claims.int64("exp"), now.seconds < expires
        else { return nil }
        return Verified(session: SessionID(rawValue: session), expiresAt: Timestamp(seconds: expires))
    }
}
