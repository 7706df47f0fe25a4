public import Broker
import Foundation
package import JOSE

/// The answers that every OpenID provider gives.
extension ScriptedTransport {
    /// Publishes the metadata of an OP that has its endpoints below one base.
    public func publishMetadata(at place: String, issuer: String, base: String) {
        on(
            place,
            json: [
                "issuer": .string(issuer), "authorization_endpoint": .string(base + "/authorize"),
                "token_endpoint": .string(base + "/token"), "jwks_uri": .string(base + "/keys"),
                "end_session_endpoint": .string(base + "/logout"), "response_modes_supported": ["query"],
                "id_token_signing_alg_values_supported": ["RS256"], "scopes_supported": ["openid"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            ] as Claims)
    }

    /// Makes a token endpoint give these, to whatever it is asked.
    public func grant(
        at place: String, idToken: String, accessToken: String = "ACC3SS-value", refreshToken: String? = nil
    ) {
        var answer: Claims = [
            "access_token": .string(accessToken), "token_type": "Bearer", "id_token": .string(idToken),
        ]
        answer["refresh_token"] = refreshToken.map { .string($0) }
        on(place, json: answer)
    }

    /// Publishes the public halves of keys.
    package func publish(_ keys: [SigningKey], at place: String) {
        on(place, json: String(decoding: JWKSet(keys: keys.map(\.publicKey)).serialized(), as: UTF8.self))
    }
}

extension OutboundRequest {
    /// One parameter of the query, decoded.
    public func parameter(_ name: String) -> String? {
        URLComponents(url: url, resolvingAgainstBaseURL: false)?.queryItems?.first { $0.name == name }?.value
    }
}
