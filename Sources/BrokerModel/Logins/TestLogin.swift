package import Broker
package import Foundation

/// A login that an operator walks through to see what a connection delivers; it never opens a session.
///
/// Kept apart from logins, so that neither can become the other.
package struct TestLogin: Sendable, Hashable {
    /// Where it stands.
    package enum Phase: String, Sendable, Codable {
        /// The ticket was made; no browser has come.
        case waiting
        /// A browser has the ticket, and the IdP was not asked yet.
        case opened
        /// The browser is at the IdP, or at a page that the connection asked for.
        case awaiting
        /// The IdP answered, and the answer is being read.
        case answered
        /// The result is there.
        case finished
    }

    /// How long a ticket, the login and its result live in all.
    package static let lifetime = Duration.seconds(600)

    /// Its reference id, part of its cookie's name.
    package var reference: Reference
    /// Where it stands.
    package var phase: Phase
    /// The only connection that it is good for.
    package var connection: ConnectionID
    /// The connection's revision when the ticket was made.
    package var connectionRevision: Int64
    /// The operator who asked for it.
    package var operatorName: String
    /// SHA-256 of the one-time part of its address.
    package var ticketHash: Data
    /// SHA-256 of the value of the browser's cookie, once one has come.
    package var bindingHash: Data?
    /// SHA-256 of the state of the round under way.
    package var stateHash: Data?
    /// How many rounds there were.
    package var round: Int
    /// When the round was begun.
    package var roundStartedAt: Timestamp?
    /// The sealed one-time values, and the module's state.
    package var sealed: Data
    /// The sealed result, once there is one.
    package var result: Data?
    /// When the ticket was made.
    package var createdAt: Timestamp
    /// When it is over, whatever happened.
    package var expiresAt: Timestamp

    package init(
        reference: Reference, phase: Phase = .waiting, connection: ConnectionID, connectionRevision: Int64,
        operatorName: String, ticketHash: Data, bindingHash: Data? = nil, stateHash: Data? = nil, round: Int = 0,
        roundStartedAt: Timestamp? = nil, sealed: Data = Data(), result: Data? = nil, createdAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.reference = reference
        self.phase = phase
        self.connection = connection
        self.connectionRevision = connectionRevision
        self.operatorName = operatorName
        self.ticketHash = ticketHash
        self.bindingHash = bindingHash
        self.stateHash = stateHash
        self.round = round
        self.roundStartedAt = roundStartedAt
        self.sealed = sealed
        self.result = result
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
