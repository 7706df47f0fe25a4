public import Broker
public import OpenIDConnect

/// A provider kind that is OpenID Connect with peculiarities.
///
/// It has an `OIDCProvider` and keeps all its abilities. Three hooks say what is peculiar; each can only tighten what
/// `OIDCProvider` has checked before, never loosen it.
public protocol OIDCVendor: UpstreamLogout, LogoutReceiver, SessionRefresher, TrustRefresher, SettingsLint {
    /// The connection below.
    var oidc: OIDCProvider { get }

    /// Further parameters of the authorization request, such as `hd`; the protocol's own cannot be replaced.
    func authorizationParameters(for request: LoginRequest) -> [String: String]

    /// Looks at a verified ID token: throws where it is not one that this vendor issues for this connection, answers a
    /// denial where the person is not admitted, nil where all is well.
    func checkIDToken(_ token: IDToken) throws(LoginError) -> Denial?

    /// Completes the identity that the standard claims gave, or denies.
    func identity(
        _ identity: VerifiedIdentity, from tokens: VerifiedTokens
    ) async throws(LoginError) -> LoginOutcome
}

extension OIDCVendor {
    /// None.
    public func authorizationParameters(for request: LoginRequest) -> [String: String] { [:] }

    /// Nothing beyond the specification.
    public func checkIDToken(_ token: IDToken) throws(LoginError) -> Denial? { nil }

    /// The identity as it is.
    public func identity(
        _ identity: VerifiedIdentity, from tokens: VerifiedTokens
    ) async throws(LoginError) -> LoginOutcome { .identity(identity) }

    /// Refreshes discovery and keys now.
    public func refreshTrust() async -> TrustStatus { await oidc.relyingParty.refreshTrust() }

    /// Compares the settings with what the provider says about itself.
    public func lint() async -> [LintFinding] { await oidc.findings() }
}
