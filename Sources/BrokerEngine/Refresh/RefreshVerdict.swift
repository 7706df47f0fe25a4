import Broker

/// How a refresh ended, for metrics.
package enum RefreshResult: String, Sendable, CaseIterable {
    /// The IdP confirmed the session; nothing changed.
    case confirmed
    /// The IdP confirmed it and said who the person is now.
    case updated
    /// The person's access is gone, and with it their sessions.
    case revoked
    /// What the IdP said was not believed, and the session ended.
    case refused
    /// The IdP did not answer, or not usably; it is asked again.
    case failed
    /// It has failed for too long, and the session ended.
    case overdue
    /// There is nothing to ask with.
    case notConfigured = "not_configured"
    /// Nobody waited for the answer any more: the session had ended, or the connection had changed.
    case dropped
}

/// What a module's answer means for the session.
enum RefreshVerdict: Sendable {
    case confirmed(UpstreamSession?)
    case updated(VerifiedIdentity)
    case revoked(Denial)
    case refused(LoginError)
    case failed(LoginError)
    case never

    init(_ outcome: RefreshOutcome) {
        self =
            switch outcome {
            case .same(let upstream): .confirmed(upstream)
            case .updated(let identity): .updated(identity)
            case .revoked(let denial): .revoked(denial)
            case .retryLater: .failed(LoginError(.upstreamUnavailable, detail: "the IdP is to be asked again later"))
            case .notConfigured: .never
            }
    }

    /// What says something about this person ends the session; what says something about the IdP or the way there could
    /// be true of everybody at once, and has its time to be put right.
    init(_ error: LoginError) { self = Self.endsAtOnce.contains(error.code) ? .refused(error) : .failed(error) }

    private static let endsAtOnce: Set<LoginError.Code> = [
        .subjectInvalid, .providerMisbehaved, .replayed, .notAdmitted, .customerDisabled, .requirementsNotMet,
        .emailMalformed, .emailUnverified, .emailDomainNotOwned, .emailConflict,
    ]
}
