package import Broker
package import Foundation
import JOSE

/// How the OP sends the browser back.
public enum ResponseMode: String, Sendable, Codable, CaseIterable {
    /// Parameters in the query (OAuth 2.0 Multiple Response Type Encoding Practices 2.1).
    case query
    /// Parameters in a posted form (OAuth 2.0 Form Post Response Mode).
    case formPost = "form_post"
}

/// A request for a code (OpenID Connect Core 3.1.2.1), always with PKCE S256, `state` and `nonce`.
package struct AuthorizationRequest: Sendable {
    /// Our id at the OP.
    package var clientID: String
    /// Where the browser comes back, byte for byte as registered.
    package var redirectURI: URL
    /// One-time values of the round.
    package var secrets: LoginSecrets
    /// Scopes in order, `openid` among them.
    package var scopes: [String]
    /// How the browser comes back.
    package var responseMode = ResponseMode.query
    /// Prompts that the operator wants.
    package var prompts: [String] = []
    /// The longest time since sign-in that the operator allows.
    package var maximumAge: Duration?
    /// What this login needs.
    package var requirements = AuthenticationRequirements.none
    /// Whom the customer says to be.
    package var loginHint: String?
    /// BCP 47 tags, best first.
    package var locales: [String] = []
    /// The operator's and the vendor's own parameters; they cannot replace the protocol's.
    package var extra: [String: String] = [:]

    /// Parameters that only the protocol sets.
    package static let reserved: Set<String> = [
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method", "response_mode", "prompt", "max_age", "login_hint", "acr_values", "ui_locales",
        "request", "request_uri", "id_token_hint", "client_secret",
    ]

    /// A request with what every request has.
    package init(clientID: String, redirectURI: URL, secrets: LoginSecrets, scopes: [String]) {
        self.clientID = clientID
        self.redirectURI = redirectURI
        self.secrets = secrets
        self.scopes = scopes
    }

    /// The URL to which the browser goes.
    package func url(at endpoint: URL) throws(LoginError) -> URL {
        try Wire.url(endpoint, adding: parameters)
    }

    package var parameters: [(String, String)] {
        let optional: [(String, String?)] = [
            ("response_mode", responseMode == .query ? nil : responseMode.rawValue),
            ("prompt", promptValue), ("max_age", maximumAgeValue),
            ("login_hint", loginHint.flatMap { $0.isEmpty ? nil : $0 }),
            ("acr_values", Self.list(requirements.acrValues)), ("ui_locales", Self.list(locales)),
        ]
        return required + optional.compactMap { name, value in value.map { (name, $0) } }
            + extra.filter { !Self.reserved.contains($0.key) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private var required: [(String, String)] {
        [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI.absoluteString),
            ("scope", scopes.joined(separator: " ")), ("state", secrets.state), ("nonce", secrets.nonce),
            ("code_challenge", Self.codeChallenge(of: secrets.codeVerifier)), ("code_challenge_method", "S256"),
        ]
    }

    /// RFC 7636 4.2.
    package static func codeChallenge(of verifier: String) -> String {
        Base64URL.encode(Digests.sha256(verifier))
    }

    private var promptValue: String? {
        let fresh = requirements.isFresh && !prompts.contains("login") ? ["login"] : []
        return Self.list(fresh + prompts)
    }

    /// `max_age` obliges the OP to say `auth_time` (Core 3.1.2.1); without it nobody could check a fresh sign-in.
    private var maximumAgeValue: String? {
        if requirements.isFresh { return "0" }
        let ages = [maximumAge, requirements.maximumAge].compactMap { $0 }
        return ages.min().map { String(max(0, $0.wholeSeconds)) }
    }

    private static func list(_ values: [String]) -> String? {
        values.isEmpty ? nil : values.joined(separator: " ")
    }
}
