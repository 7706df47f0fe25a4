import Broker
import Foundation
import Synchronization

extension ScriptedOpenIDProvider {
    /// What the token endpoint answers for a person.
    func tokens(_ grant: TokenFacts, code: String?, hasIDToken: Bool) -> OutboundResponse {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        var facts = grant
        facts.tokenID = "t-\(number)"
        let accessToken = (try? accessToken(facts, number)) ?? "ACC3SS-\(number)"
        var answer: Claims = [
            "access_token": .string(accessToken), "token_type": "Bearer", "expires_in": 3600,
            "scope": .string(facts.scopes.joined(separator: " ")),
        ]
        let refreshToken = shape.givesRefreshToken ? "R3FR3SH-\(number)-value" : nil
        answer["refresh_token"] = refreshToken.map { .string($0) }
        if hasIDToken { answer["id_token"] = (try? idToken(facts, accessToken, code)).map { .string($0) } }
        for case .tokens(let change) in changes() { change(&answer) }
        let idToken = answer["id_token"]?.text
        state.withLock { state in
            state.accessTokens[accessToken] = grant
            if let refreshToken { state.refreshTokens[refreshToken] = grant }
            state.last = grant
            state.idToken = idToken ?? state.idToken
            // Header and payload of a token are read by anybody who finds them in a log.
            state.marks += [accessToken, refreshToken, idToken].compactMap { $0 }.flatMap(Self.parts)
        }
        return .json(answer)
    }

    private static func parts(_ token: String) -> [String] {
        let parts = token.split(separator: ".").map(String.init)
        return parts.count == 3 ? Array(parts.dropFirst()) : [token]
    }

    private func accessToken(_ facts: TokenFacts, _ number: Int) throws(KitFailure) -> String {
        guard case .jwt(let typ, let make) = shape.accessToken else { return "ACC3SS-\(number)-value" }
        var claims = make(facts)
        claims["jti"] = claims["jti"] ?? .string("at-\(number)")
        for case .accessToken(let change) in changes() { change(&claims, facts) }
        return try publishedKey.token(claims, typ: typ)
    }

    // MARK: The ID token

    /// The claims of an honest ID token.
    func honestClaims(_ facts: TokenFacts, _ accessToken: String) -> Claims {
        var claims: Claims = [
            "iss": .string(facts.issuer), "sub": .string(facts.subject), "aud": .string(facts.clientID),
            "iat": .time(facts.now), "exp": .time(facts.now + .seconds(300)),
        ]
        claims["nonce"] = facts.nonce.map { .string($0) }
        if shape.hasAccessTokenHash { claims["at_hash"] = .string(publishedKey.leftHalfHash(of: accessToken)) }
        return claims.merging(shape.idToken(facts)) { $1 }.filter { $0.value != .null }
    }

    private func idToken(_ facts: TokenFacts, _ accessToken: String, _ code: String?) throws(KitFailure) -> String {
        let key = publishedKey
        var header: Claims = ["alg": .string(shape.algorithm), "kid": .string(key.kid)]
        header["typ"] = shape.idTokenType.map { .string($0) }
        var claims = honestClaims(facts, accessToken)
        for change in changes() {
            switch change {
            case .header(let change): change(&header)
            case .claims(let change): change(&claims, facts)
            default: break
            }
        }
        var payload = claims.jsonText
        for case .payload(let change) in changes() { payload = change(payload) }
        for case .signer(let signer) in changes() {
            return try forged(by: signer, header: header, payload: payload)
        }
        return try key.sign(header: header, payload: payload)
    }

    private func forged(
        by signer: OpenIDChange.Signer, header: Claims, payload: String
    ) throws(KitFailure) -> String {
        var header = header
        switch signer {
        case .otherKey: return try otherKey.sign(header: header, payload: payload)
        case .nobody:
            header["alg"] = "none"
            header["kid"] = nil
            return KitKey.unsigned(header: header, payload: payload)
        case .publicKeyAsSecret:
            header["alg"] = "HS256"
            return publishedKey.macWithPublicKey(header: header, payload: payload)
        }
    }

    // MARK: Logout

    /// A back-channel logout token for the last session (OpenID Connect Back-Channel Logout 2.4).
    public func logoutMessage(_ fault: LogoutFault?) throws(KitFailure) -> KitArrival? {
        guard let facts = state.withLock({ $0.last }) else { throw KitFailure("nobody has signed in yet") }
        let now = bench.clock.now
        var claims: Claims = [
            "iss": .string(facts.issuer), "aud": .string(facts.clientID), "sub": .string(facts.subject),
            "sid": .string(facts.sessionID), "jti": "lt-1", "iat": .time(now), "exp": .time(now + .seconds(120)),
            "events": ["http://schemas.openid.net/event/backchannel-logout": [:]],
        ]
        var (key, typ) = (publishedKey, "logout+jwt")
        switch fault {
        case nil: break
        case .otherKey: key = otherKey
        case .otherAudience: claims["aud"] = "other-client"
        case .otherIssuer: claims["iss"] = "https://other.example"
        case .nonce: claims["nonce"] = "n"
        case .noEvents: claims["events"] = nil
        case .noTarget: (claims["sub"], claims["sid"]) = (nil, nil)
        case .idToken: (claims, typ) = (honestClaims(facts, "ACC3SS"), "JWT")
        case .noIdentifier: claims["jti"] = nil
        case .expired: claims["exp"] = .time(now - .seconds(3600))
        }
        let token = try key.token(claims, typ: typ)
        return KitArrival(.post, endpoint: .logout, [("logout_token", token)])
    }
}
