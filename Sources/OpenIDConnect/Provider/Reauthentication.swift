package import Broker
import JOSE

/// Whether a session is enough for a request, or the person has to sign in first (OpenID Connect Core 3.1.2.3).
package enum Reauthentication {
    /// What is known of a live session.
    package struct SignedIn: Sendable {
        /// `sub`.
        package var subject: String
        /// When the session began.
        package var since: Timestamp
        /// When the person proved who they are.
        package var authenticatedAt: Timestamp

        package init(subject: String, since: Timestamp, authenticatedAt: Timestamp) {
            self.subject = subject
            self.since = since
            self.authenticatedAt = authenticatedAt
        }
    }

    /// What to do.
    package enum Verdict: Sendable, Hashable {
        /// Answer.
        case answer
        /// The person signs in, like this.
        case signIn(AuthenticationRequirements)
        /// `login_required`: nobody may be asked, or was asked and it was not enough. Asking again would be a loop.
        case loginRequired
    }

    /// Decides.
    ///
    /// - Parameters:
    ///   - askedAt: When the person was sent to sign in for this request; nil where nobody was yet.
    ///   - skew: How far the IdP's clock, which says when the person signed in, may be off.
    package static func decide(
        _ query: AuthorizationQuery, session: SignedIn?, askedAt: Timestamp?, now: Timestamp, skew: Duration
    ) -> Verdict {
        let isSamePerson = isHinted(session, in: query)
        if let session, isSamePerson, isFresh(session, for: query, askedAt: askedAt, skew: skew),
            isRecent(session, for: query, askedAt: askedAt, now: now, skew: skew)
        {
            return .answer
        }
        guard !query.isSilent, askedAt == nil else { return .loginRequired }
        return .signIn(
            AuthenticationRequirements(
                isFresh: query.isFresh || !isSamePerson, maximumAge: query.maximumAge.map { .seconds($0) }))
    }

    /// Core 3.1.2.1, `id_token_hint`: the answer is about the person of the hint, or there is none.
    private static func isHinted(_ session: SignedIn?, in query: AuthorizationQuery) -> Bool {
        guard let session, let hinted = query.hintedSubject else { return true }
        return session.subject.hasSameBytes(as: hinted)
    }

    /// Core 3.1.2.1, `prompt=login`: the session that there was before says nothing.
    private static func isFresh(
        _ session: SignedIn, for query: AuthorizationQuery, askedAt: Timestamp?, skew: Duration
    ) -> Bool {
        guard query.isFresh else { return true }
        guard let askedAt else { return false }
        return session.since >= askedAt && session.authenticatedAt >= askedAt - skew
    }

    /// Core 3.1.2.1, `max_age`; whoever was sent to sign in may take a while over it.
    private static func isRecent(
        _ session: SignedIn, for query: AuthorizationQuery, askedAt: Timestamp?, now: Timestamp, skew: Duration
    ) -> Bool {
        guard let maximumAge = query.maximumAge.map({ Duration.seconds($0) }) else { return true }
        if now - session.authenticatedAt <= maximumAge { return true }
        guard let askedAt else { return false }
        return session.since >= askedAt && session.authenticatedAt >= askedAt - maximumAge - skew
    }
}
