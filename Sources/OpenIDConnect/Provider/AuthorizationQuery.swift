package import Broker
package import Foundation
import JOSE

/// Where the answer to a request for a code goes; the client and the URI are known to be good.
package struct AuthorizationTarget: Sendable, Hashable, Codable {
    /// Where, byte for byte as registered.
    package var redirectURI: String
    /// How.
    package var responseMode: ResponseMode
    /// What is given back.
    package var state: String?

    /// Reads it from a request that passes the checks before; what else the request says is not looked at.
    ///
    /// A response mode that is not known counts as none: it is refused by `query`.
    package static func process(_ context: AuthorizationContext) throws(ProviderError) -> AuthorizationTarget {
        try AuthorizationChecks.Check.run(AuthorizationChecks.target, on: context)
        return AuthorizationTarget(
            redirectURI: context.parameters["redirect_uri"] ?? "",
            responseMode: context.parameters["response_mode"].flatMap(ResponseMode.init) ?? .query,
            state: context.parameters["state"])
    }
}

/// A request for a code that passed every check.
package struct AuthorizationQuery: Sendable, Hashable, Codable {
    /// Where the answer goes.
    package var target: AuthorizationTarget
    /// The scopes that are granted, in the order asked; those that are not known are left out (Core 3.1.2.1).
    package var scopes: [String]
    /// Given back in the ID token.
    package var nonce: String?
    /// The S256 challenge (RFC 7636).
    package var challenge: String?
    /// Whether nobody may be asked anything.
    package var isSilent: Bool
    /// Whether the person signs in, whatever session there is.
    ///
    /// `select_account` counts as `login`: choosing another account is signing in with it.
    package var isFresh: Bool
    /// The longest time since the person signed in, in seconds.
    package var maximumAge: Int64?
    /// Whom the client says that it is.
    package var loginHint: String?
    /// Whose ID token came along: the `sub` of a hint that was verified.
    package var hintedSubject: String?

    /// The longest `login_hint` that is looked at.
    private static let maximumHint = 320

    /// Reads a request that goes to a target.
    package static func process(
        _ context: AuthorizationContext, to target: AuthorizationTarget
    ) throws(ProviderError) -> AuthorizationQuery {
        try AuthorizationChecks.Check.run(AuthorizationChecks.request, on: context)
        let parameters = context.parameters
        let prompts = parameters.words("prompt")
        return AuthorizationQuery(
            target: target, scopes: parameters.words("scope").filter(context.client.scopes.contains),
            nonce: parameters["nonce"], challenge: parameters["code_challenge"], isSilent: prompts.contains("none"),
            isFresh: prompts.contains("login") || prompts.contains("select_account"),
            maximumAge: parameters["max_age"].flatMap(AuthorizationChecks.seconds),
            loginHint: parameters["login_hint"].flatMap { $0.utf8.count <= maximumHint ? $0 : nil })
    }
}

/// What goes to the redirect URI (RFC 6749 4.1.2), always with `iss` (RFC 9207 2): the client sees which OP answers.
package struct AuthorizationAnswer: Sendable {
    private let parameters: [(String, String)]

    /// A code.
    package static func code(
        _ code: Secret<String>, to target: AuthorizationTarget, issuer: String
    ) -> AuthorizationAnswer {
        AuthorizationAnswer([("code", code.reveal())], to: target, issuer: issuer)
    }

    /// A refusal.
    package static func error(
        _ error: ProviderError, to target: AuthorizationTarget, issuer: String
    ) -> AuthorizationAnswer {
        AuthorizationAnswer(
            [("error", error.code.rawValue), ("error_description", error.rule)], to: target, issuer: issuer)
    }

    private init(_ answer: [(String, String)], to target: AuthorizationTarget, issuer: String) {
        parameters = answer + (target.state.map { [("state", $0)] } ?? []) + [("iss", issuer)]
    }

    /// The answer as fields of a form.
    package var fields: [FormParameter] { parameters.map { FormParameter($0, $1) } }

    /// The answer behind the redirect URI, whose own query is kept.
    package func url(at redirectURI: URL) throws(LoginError) -> URL { try Wire.url(redirectURI, adding: parameters) }
}
