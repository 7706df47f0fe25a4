package import Broker
package import Foundation

/// One login under way, in the store so that it survives a restart and ends in another process.
package struct LoginTransaction: Sendable, Hashable {
    /// Where the login stands.
    package enum Phase: String, Sendable, Codable {
        /// The browser is on its way from the site's host to the broker's.
        case departing
        /// The person has not chosen a connection yet.
        case choosing
        /// The browser is at the IdP, or at a page that the connection asked for.
        case awaiting
        /// An IdP vouched without being asked; the person has not said yes or no.
        case offered
        /// It ended, well or not.
        case finished
    }

    /// How a login that began at a site's host comes to the broker's.
    package struct Departure: Sendable, Hashable {
        /// How long the browser may take.
        package static let lifetime = Duration.seconds(60)

        /// SHA-256 of the ticket in the address that the browser is sent to.
        package var ticketHash: Data
        /// When the ticket stops counting.
        package var expiresAt: Timestamp
        /// SHA-256 of the value of the cookie at the broker's host; nil until the browser is there.
        package var bindingHash: Data?

        package init(ticketHash: Data, expiresAt: Timestamp, bindingHash: Data? = nil) {
            self.ticketHash = ticketHash
            self.expiresAt = expiresAt
            self.bindingHash = bindingHash
        }
    }

    /// Its public reference id, part of its cookie's name.
    package var reference: Reference
    /// Where it stands.
    package var phase: Phase
    /// The site it is for.
    package var site: SiteID
    /// Where the browser goes in the end: checked already.
    package var returnTarget: String
    /// SHA-256 of the value of the browser's binding cookie at the host where the login began.
    package var bindingHash: Data
    /// SHA-256 of the handle in the pages' forms and in `/vestibule/continue/`.
    package var handleHash: Data
    /// When it began.
    package var createdAt: Timestamp
    /// When it ends unfinished.
    package var expiresAt: Timestamp
    /// The connection, once chosen.
    package var connection: ConnectionID?
    /// The connection's revision when the round was begun.
    package var connectionRevision: Int64
    /// Grows with every round of every connection that the person tried; what concurrent requests compare.
    package var round: Int
    /// SHA-256 of the state of the round under way.
    package var stateHash: Data?
    /// When the round was begun.
    package var roundStartedAt: Timestamp?
    /// The sealed one-time values, the module's state and the e-mail that was typed (`LoginTransaction.Sealed` in the
    /// engine).
    package var sealed: Data
    /// How strong and how recent the sign-in must be.
    package var requirements: AuthenticationRequirements
    /// The way from the site's host to the broker's; nil where that is one host, and for what began at the broker's.
    package var departure: Departure?

    /// The most rounds in all: a browser that loops is stopped.
    package static let maximumTurns = 50

    package init(
        reference: Reference, phase: Phase, site: SiteID, returnTarget: String, bindingHash: Data, handleHash: Data,
        createdAt: Timestamp, expiresAt: Timestamp, connection: ConnectionID? = nil, connectionRevision: Int64 = 0,
        round: Int = 0, stateHash: Data? = nil, roundStartedAt: Timestamp? = nil, sealed: Data = Data(),
        requirements: AuthenticationRequirements = .none, departure: Departure? = nil
    ) {
        self.reference = reference
        self.phase = phase
        self.site = site
        self.returnTarget = returnTarget
        self.bindingHash = bindingHash
        self.handleHash = handleHash
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.connection = connection
        self.connectionRevision = connectionRevision
        self.round = round
        self.stateHash = stateHash
        self.roundStartedAt = roundStartedAt
        self.sealed = sealed
        self.requirements = requirements
        self.departure = departure
    }

    /// SHA-256 of the value of the binding cookie at the host where the login's pages are; nil before the browser is there.
    package var pagesBindingHash: Data? { departure.map(\.bindingHash) ?? bindingHash }
}
