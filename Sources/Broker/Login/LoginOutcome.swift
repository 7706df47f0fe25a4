/// How a login round ends.
public enum LoginOutcome: Sendable {
    /// The IdP vouches for a person.
    case identity(VerifiedIdentity)
    /// The IdP, or the person at the IdP, said no. Nothing is wrong; nobody is signed in.
    case denied(Denial)
    /// Another round is needed; use `PendingLogin.fresh` for its one-time values.
    case next(LoginStep)
}

/// A no that is an answer and not a failure.
public struct Denial: Sendable, Hashable {
    /// Why, bounded.
    public enum Reason: String, Sendable, CaseIterable, Codable {
        /// The person pressed cancel at the IdP.
        case cancelled
        /// The IdP does not let this person in (`access_denied`, `RequestDenied`).
        case refusedByIdP = "upstream_denied"
        /// The person signed in, but not as strongly or as recently as asked.
        case requirementsNotMet = "requirements_not_met"
        /// The person is not in a group, tenant or hosted domain that the connection admits.
        case notAdmitted = "not_admitted"
    }

    /// Why.
    public let reason: Reason
    /// What the operator reads under the reference id; never shown to the person.
    public let detail: String

    /// A denial.
    public init(_ reason: Reason, detail: String = "") {
        self.reason = reason
        self.detail = detail
    }
}
