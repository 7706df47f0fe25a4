/// Accepts a login that the IdP starts.
///
/// Off unless the connection's configuration says otherwise.
public protocol UnsolicitedLogin: IdentityProvider {
    /// Reads an unsolicited message.
    func receiveUnsolicited(_ callback: LoginCallback) async throws(LoginError) -> UnsolicitedOutcome
}

/// What an unsolicited message leads to.
public enum UnsolicitedOutcome: Sendable {
    /// Start an ordinary login, with this hint (OpenID Connect Core 4): the safe answer.
    case begin(loginHint: String?)
    /// The message proves an identity itself (SAML IdP-initiated). Must carry a one-time identifier.
    case identity(VerifiedIdentity)
    /// The connection is not configured for it.
    case notConfigured
}

/// Signs people in whose company has no IdP, and stands back where it has one.
///
/// A promise to the engine, without a method: routing offers such a connection for an address only while no enabled
/// connection of another kind speaks for it, and a login with one is refused there at its beginning and at its end.
public protocol FallbackLogin: IdentityProvider {}

/// Asks the IdP again about a live session.
public protocol SessionRefresher: IdentityProvider {
    /// Asks whether the person still has access.
    func refresh(
        _ session: UpstreamSession, of subject: SubjectKey
    ) async throws(LoginError) -> RefreshOutcome
}

/// What the IdP says about a live session.
public enum RefreshOutcome: Sendable {
    /// Nothing changed; keep this handle.
    case same(UpstreamSession)
    /// The person's claims now.
    case updated(VerifiedIdentity)
    /// Access is gone: end the session.
    case revoked(Denial)
    /// The IdP is away: keep the session and ask later.
    case retryLater
    /// The connection is not configured for it.
    case notConfigured
}
