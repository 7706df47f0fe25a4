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
