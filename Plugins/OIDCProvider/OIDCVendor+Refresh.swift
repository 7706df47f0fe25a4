public import Broker
import OpenIDConnect

extension OIDCVendor {
    /// Redeems the refresh token: while the OP honours it, the person still has access.
    public func refresh(
        _ session: UpstreamSession, of subject: SubjectKey
    ) async throws(LoginError) -> RefreshOutcome {
        let handle = UpstreamHandle(session)
        guard let refreshToken = handle.refreshToken else { return .notConfigured }
        do throws(LoginError) {
            switch try await oidc.relyingParty.refresh(
                refreshToken, authentication: try await oidc.tokenAuthentication())
            {
            case .revoked: return .revoked(Denial(.refusedByIdP, detail: "RFC 6749 5.2: invalid_grant"))
            case .tokens(let tokens):
                return try await renew(tokens, handle, refreshToken, session, subject)
            }
        } catch {
            guard error.code == .upstreamUnavailable else { throw error }
            return .retryLater
        }
    }

    /// What comes of new tokens; where they cannot be looked at now, that there are new ones is kept all the same.
    ///
    /// The OP has put the new refresh token in the old one's place, and may take a second use of the old one for theft
    /// (RFC 9700 4.14.2): whoever keeps UserInfo or the keys away for a moment would have everybody signed out.
    private func renew(
        _ tokens: TokenResponse, _ handle: UpstreamHandle, _ used: Secret<String>, _ session: UpstreamSession,
        _ subject: SubjectKey
    ) async throws(LoginError) -> RefreshOutcome {
        do throws(LoginError) {
            return try await renew(tokens.keeping(handle.idToken, used), session, subject)
        } catch {
            guard error.code == .upstreamUnavailable, let rotated = tokens.refreshToken else { throw error }
            // Nothing that was not verified is kept of the person.
            let kept = UpstreamHandle(idToken: handle.idToken, refreshToken: rotated)
            return .same(oidc.session(kept, id: session.sessionID))
        }
    }

    /// OpenID Connect Core 12.2: a refreshed ID token is for the same person, or it is nobody's.
    private func renew(
        _ tokens: RefreshedTokens, _ session: UpstreamSession, _ subject: SubjectKey
    ) async throws(LoginError) -> RefreshOutcome {
        guard tokens.response.idToken != nil else { return .same(oidc.session(tokens.handle, id: session.sessionID)) }
        var expected = oidc.relyingParty.expectations()
        expected.accessToken = tokens.response.accessToken
        switch try await outcome(of: tokens.response, expecting: expected, isLogin: false) {
        case .denied(let denial): return .revoked(denial)
        case .next: throw LoginError(.providerMisbehaved, detail: "a refresh cannot ask for another round")
        case .identity(var identity):
            guard identity.subject == subject else {
                throw LoginError(.subjectInvalid, detail: "OpenID Connect Core 12.2: sub is not the session's")
            }
            identity.upstream = oidc.session(tokens.handle, id: identity.upstream?.sessionID ?? session.sessionID)
            return .updated(identity)
        }
    }
}

/// New tokens with what is kept of the old ones.
struct RefreshedTokens {
    let response: TokenResponse
    let handle: UpstreamHandle
}

extension TokenResponse {
    /// RFC 6749 6: without a new refresh token the old one goes on.
    fileprivate func keeping(_ oldIDToken: Secret<String>?, _ oldRefreshToken: Secret<String>) -> RefreshedTokens {
        RefreshedTokens(
            response: self,
            handle: UpstreamHandle(idToken: idToken ?? oldIDToken, refreshToken: refreshToken ?? oldRefreshToken))
    }
}
