// SPDX-License-Identifier: Apache-2.0

import JOSE

/// Claims as they should be (OpenID Connect Core 2 and 5.1).
enum IDTokenClaims {
    /// ID token claims.
    ///
    /// Five minutes of life.
    static func idToken(
        _ grant: Grant, tenant: OPTenant, issuer: String, accessToken: String, algorithm: JWAlgorithm, now: Int64
    ) -> JSONObject {
        var claims: JSONObject = [
            "iss": .string(issuer), "aud": .string(grant.request.clientID), "sub": .string(grant.session.user.sub),
            "iat": .integer(now), "exp": .integer(now + 300), "auth_time": .integer(grant.session.authTime),
            "sid": .string(grant.session.sid), "acr": .string(grant.request.acr ?? "urn:example:password"),
            "amr": ["pwd"], "at_hash": .string(TokenHash.leftHalf(of: accessToken, algorithm: algorithm)),
        ]
        if let nonce = grant.request.nonce { claims["nonce"] = .string(nonce) }
        if !tenant.claimsOnlyInUserInfo { merge(person(grant), into: &claims) }
        return claims
    }

    /// UserInfo claims.
    static func userInfo(_ grant: Grant) -> JSONObject {
        var claims: JSONObject = ["sub": .string(grant.session.user.sub)]
        merge(person(grant), into: &claims)
        return claims
    }

    /// What the granted scopes tell about the person.
    private static func person(_ grant: Grant) -> JSONObject {
        let user = grant.session.user
        var claims: JSONObject = [:]
        if grant.request.scopes.contains("email") {
            if let email = user.email { claims["email"] = .string(email) }
            if let verified = user.emailVerified { claims["email_verified"] = .bool(verified) }
        }
        if grant.request.scopes.contains("profile") {
            claims["name"] = .string(user.name)
            claims["preferred_username"] = .string(user.userName)
        }
        if let groups = user.groups { claims["groups"] = .array(groups.map { .string($0) }) }
        merge(user.extra, into: &claims)
        return claims
    }

    private static func merge(_ claims: JSONObject, into target: inout JSONObject) {
        for (key, value) in claims { target[key] = value }
    }
}
