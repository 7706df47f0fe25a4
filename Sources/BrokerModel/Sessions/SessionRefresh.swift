package import Broker

/// When the IdP is asked again about a session, and how it went so far.
package struct SessionRefresh: Sendable, Hashable {
    /// When it is due; while somebody asks, when another process may.
    ///
    /// Nil where nobody asks.
    package var dueAt: Timestamp?
    /// When the IdP last confirmed the session, nil if never since the login.
    package var confirmedAt: Timestamp?
    /// Since when it has not been confirmed though it was asked, nil where the last answer was good.
    package var failingSince: Timestamp?
    /// How many times in a row the IdP did not answer, or not usably.
    package var failures: Int
    /// Whose turn it is: only the holder of this value may store what the IdP answered.
    package var claim: String?
    /// How many times in a row whoever asked never stored an answer.
    package var lost: Int

    package init(
        dueAt: Timestamp? = nil, confirmedAt: Timestamp? = nil, failingSince: Timestamp? = nil, failures: Int = 0,
        claim: String? = nil, lost: Int = 0
    ) {
        self.dueAt = dueAt
        self.confirmedAt = confirmedAt
        self.failingSince = failingSince
        self.failures = failures
        self.claim = claim
        self.lost = lost
    }
}
