/// One step of the schema.
///
/// A published step never changes; what is new is a new step.
struct Migration: Sendable {
    /// Its place, from 1 without gaps.
    let number: Int64
    /// What it is for.
    let name: String
    /// The statements that SQLite and PostgreSQL both run.
    let statements: [String]

    /// Every step, in order.
    static let all: [Migration] = [
        resources, logins, people, sessions, keys, memory, audit, connectionKeys, upstreamPrincipals,
        portalNames, facades, outbox, buckets, sessionRefresh, connectionTrials, sessionHandles, breakGlass,
        gateTallies,
    ]
}
