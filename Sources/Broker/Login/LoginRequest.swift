public import Foundation

/// What a login is begun with.
public struct LoginRequest: Sendable {
    /// This connection's callback, byte for byte as registered at the IdP.
    public var callbackURL: URL
    /// The one-time values of this round, made by the engine.
    public var secrets: LoginSecrets
    /// Whom the customer says to be, to fill in the IdP's own form.
    ///
    /// Never a proof.
    public var loginHint: String?
    /// How strong and how recent the sign-in must be.
    public var requirements: AuthenticationRequirements
    /// BCP 47 tags that the browser prefers, best first, at most five.
    public var locales: [String]
    /// The login's reference id, which the customer may read to a help desk.
    public var reference: String

    /// A request.
    public init(
        callbackURL: URL, secrets: LoginSecrets, loginHint: String? = nil,
        requirements: AuthenticationRequirements = .none, locales: [String] = [], reference: String
    ) {
        self.callbackURL = callbackURL
        self.secrets = secrets
        self.loginHint = loginHint
        self.requirements = requirements
        self.locales = locales
        self.reference = reference
    }
}

/// The one-time values of one login round.
///
/// The engine makes them, keeps them, and consumes them once; a module only puts them into its messages and compares
/// them.
public struct LoginSecrets: Sendable, Codable, Equatable, CustomStringConvertible, CustomReflectable {
    /// `state` or RelayState: 43 characters, at most 80 bytes as SAML Bindings 3.4.3 asks.
    public let state: String
    /// `nonce` (OpenID Connect Core 3.1.2.1).
    public let nonce: String
    /// PKCE `code_verifier` (RFC 7636 4.1): 43 characters.
    public let codeVerifier: String
    /// The ID of an AuthnRequest: an underscore and 43 characters, so that it is an NCName.
    public let requestID: String

    /// The values of one round.
    public init(state: String, nonce: String, codeVerifier: String, requestID: String) {
        self.state = state
        self.nonce = nonce
        self.codeVerifier = codeVerifier
        self.requestID = requestID
    }

    /// Always `<redacted>`.
    public var description: String { "<redacted>" }
    /// No children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// How strong and how recent a sign-in must be.
///
/// A module asks for it and checks the answer.
public struct AuthenticationRequirements: Sendable, Codable, Hashable {
    /// Sign in again even if the IdP has a session: `prompt=login`, `ForceAuthn`.
    public var isFresh: Bool
    /// The longest time since the person signed in, if bounded.
    public var maximumAge: Duration?
    /// Accepted authentication context classes, best first; empty accepts any.
    public var acrValues: [String]

    /// Requirements.
    public init(isFresh: Bool = false, maximumAge: Duration? = nil, acrValues: [String] = []) {
        self.isFresh = isFresh
        self.maximumAge = maximumAge
        self.acrValues = acrValues
    }

    /// Whatever the IdP asks of its people.
    public static let none = AuthenticationRequirements()
}
