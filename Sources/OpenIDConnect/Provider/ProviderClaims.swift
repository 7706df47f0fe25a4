package import JOSE

/// What an ID token of ours says (OpenID Connect Core 2).
package struct IDTokenClaims: Sendable {
    package var issuer: String
    package var subject: String
    package var clientID: String
    /// Seconds since 1970.
    package var issuedAt: Int64
    /// Seconds since 1970.
    package var expiresAt: Int64
    /// When the person proved who they are, in seconds since 1970.
    package var authenticatedAt: Int64
    /// How both sides name the session.
    package var sessionID: String
    package var nonce: String?
    package var acr: String?
    package var amr: [String] = []
    /// The access token that comes along.
    package var accessToken: String?
    /// What the scopes ask for.
    package var personal = JSONObject()

    package init(
        issuer: String, subject: String, clientID: String, issuedAt: Int64, expiresAt: Int64, authenticatedAt: Int64,
        sessionID: String
    ) {
        self.issuer = issuer
        self.subject = subject
        self.clientID = clientID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.authenticatedAt = authenticatedAt
        self.sessionID = sessionID
    }

    /// The names that nothing else may use.
    package static let reserved: Set<String> = [
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "auth_time", "nonce", "acr", "amr", "azp", "sid", "at_hash",
        "c_hash", "s_hash", "events", "cnf", "token_use",
    ]

    /// The claims; what the protocol says cannot be said otherwise.
    package func object(algorithm: JWAlgorithm) -> JSONObject {
        var claims: JSONObject = [
            "iss": .string(issuer), "sub": .string(subject), "aud": .string(clientID), "exp": .integer(expiresAt),
            "iat": .integer(issuedAt), "auth_time": .integer(authenticatedAt), "sid": .string(sessionID),
        ]
        claims["nonce"] = nonce.map { .string($0) }
        claims["acr"] = acr.map { .string($0) }
        if !amr.isEmpty { claims["amr"] = .array(amr.map { .string($0) }) }
        claims["at_hash"] = accessToken.map { .string(TokenHash.leftHalf(of: $0, algorithm: algorithm)) }
        for (name, value) in personal where !Self.reserved.contains(name) { claims[name] = value }
        return claims
    }
}

/// What a logout token of ours says (OpenID Connect Back-Channel Logout 2.4).
package struct LogoutTokenClaims: Sendable {
    package var issuer: String
    package var subject: String
    package var clientID: String
    /// Seconds since 1970.
    package var issuedAt: Int64
    /// Seconds since 1970.
    package var expiresAt: Int64
    /// Good once.
    package var tokenID: String
    /// How both sides name the session.
    package var sessionID: String

    package init(
        issuer: String, subject: String, clientID: String, issuedAt: Int64, expiresAt: Int64, tokenID: String,
        sessionID: String
    ) {
        self.issuer = issuer
        self.subject = subject
        self.clientID = clientID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.tokenID = tokenID
        self.sessionID = sessionID
    }

    /// `typ` of its header.
    package static let type = "logout+jwt"

    /// The claims; a nonce must not be among them.
    package var object: JSONObject {
        [
            "iss": .string(issuer), "sub": .string(subject), "aud": .string(clientID), "iat": .integer(issuedAt),
            "exp": .integer(expiresAt), "jti": .string(tokenID), "sid": .string(sessionID),
            "events": ["http://schemas.openid.net/event/backchannel-logout": [:]],
        ]
    }
}
