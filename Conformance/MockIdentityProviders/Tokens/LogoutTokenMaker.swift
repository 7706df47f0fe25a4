// SPDX-License-Identifier: Apache-2.0

import JOSE

/// Makes logout tokens, honest or spoilt.
struct LogoutTokenMaker {
    static let event = "http://schemas.openid.net/event/backchannel-logout"

    let issuer: String
    let clientID: String
    let key: SigningKey
    let jti: String
    let now: Int64

    func token(sub: String?, sid: String?, fault: LogoutTokenFault?) throws -> String {
        var claims: JSONObject = [
            "iss": .string(issuer), "aud": .string(clientID), "iat": .integer(now), "exp": .integer(now + 120),
            "jti": .string(jti), "events": .object([Self.event: .object([:])]),
        ]
        if let sub { claims["sub"] = .string(sub) }
        if let sid { claims["sid"] = .string(sid) }
        var header: JSONObject = [
            "alg": .string(key.algorithm.rawValue), "kid": .string(key.kid), "typ": "logout+jwt",
        ]
        if let fault { spoil(&claims, &header, fault) }
        let draft = JWSDraft(header: header, payload: claims.serialized())
        return switch fault {
        case .algNone: draft.signed([])
        case .wrongKey: try draft.signed(by: StrangerKeys.key(key.algorithm))
        default: try draft.signed(by: key)
        }
    }

    private func spoil(_ claims: inout JSONObject, _ header: inout JSONObject, _ fault: LogoutTokenFault) {
        switch fault {
        case .algNone: header["alg"] = "none"
        case .wrongKey: break
        case .typWrong: header["typ"] = "JWT"
        case .issWrong: claims["iss"] = "https://op.invalid"
        case .audWrong: claims["aud"] = "another-client"
        case .iatMissing: claims["iat"] = nil
        case .expPast:
            claims["iat"] = .integer(now - 7200)
            claims["exp"] = .integer(now - 3600)
        case .jtiMissing: claims["jti"] = nil
        case .eventsMissing: claims["events"] = nil
        case .eventsWrong: claims["events"] = ["http://schemas.openid.net/event/other": .object([:])]
        case .eventsNotObject: claims["events"] = [Self.event: "yes"]
        case .noncePresent: claims["nonce"] = "n"
        case .subjectMissing:
            claims["sub"] = nil
            claims["sid"] = nil
        }
    }
}
