package import Broker
package import Foundation

/// A server-side session.
///
/// The session token only stands for it.
package struct Session: Sendable, Hashable {
    /// Why a session ended.
    package enum EndReason: String, Sendable, Codable, CaseIterable {
        /// The person signed out.
        case signedOut = "signed_out"
        /// A new login in the same browser took its place.
        case replaced
        /// An operator ended it.
        case revoked
        /// The customer was disabled or erased.
        case customerDisabled = "customer_disabled"
        /// The connection or organization was disabled or removed.
        case connectionDisabled = "connection_disabled"
        /// The IdP ended it.
        case upstreamLogout = "upstream_logout"
        /// The IdP said at a refresh that the person's access is gone.
        case upstreamRevoked = "upstream_revoked"
        /// The IdP did not confirm it at a refresh: what it said was refused, or it said nothing for too long.
        case upstreamUnconfirmed = "upstream_unconfirmed"
        /// It was idle or old for longer than it may be.
        case expired
    }

    /// `sid`.
    package var id: SessionID
    /// Whose it is.
    package var customer: CustomerID
    /// The identity that opened it.
    package var subject: SubjectKey
    /// The organization at the time.
    package var organization: OrganizationID
    /// The site where it was opened.
    package var site: SiteID
    /// When it was opened.
    package var createdAt: Timestamp
    /// When its handle last renewed a token.
    package var lastSeenAt: Timestamp
    /// When it ends unless it is used before.
    package var idleDeadline: Timestamp
    /// When it ends in any case.
    package var absoluteDeadline: Timestamp
    /// How and when the person signed in.
    package var authentication: AuthenticationContext
    /// How the IdP names its session.
    package var upstreamSessionID: String?
    /// How the IdP names the person in its logout messages, where it is not the subject.
    package var upstreamPrincipal: String?
    /// The module's handle, sealed.
    package var upstreamHandle: Data?
    /// When the IdP is asked again.
    package var refresh: SessionRefresh
    /// When it ended.
    package var endedAt: Timestamp?
    /// Why it ended.
    package var endReason: EndReason?

    package init(
        id: SessionID, customer: CustomerID, subject: SubjectKey, organization: OrganizationID, site: SiteID,
        createdAt: Timestamp, lastSeenAt: Timestamp, idleDeadline: Timestamp, absoluteDeadline: Timestamp,
        authentication: AuthenticationContext, upstreamSessionID: String? = nil, upstreamPrincipal: String? = nil,
        upstreamHandle: Data? = nil, refresh: SessionRefresh = SessionRefresh(), endedAt: Timestamp? = nil,
        endReason: EndReason? = nil
    ) {
        self.id = id
        self.customer = customer
        self.subject = subject
        self.organization = organization
        self.site = site
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.idleDeadline = idleDeadline
        self.absoluteDeadline = absoluteDeadline
        self.authentication = authentication
        self.upstreamSessionID = upstreamSessionID
        self.upstreamPrincipal = upstreamPrincipal
        self.upstreamHandle = upstreamHandle
        self.refresh = refresh
        self.endedAt = endedAt
        self.endReason = endReason
    }

    /// Whether the session opens the gate at a moment.
    package func isLive(at now: Timestamp) -> Bool {
        endedAt == nil && now < idleDeadline && now < absoluteDeadline
    }
}

/// Which sessions an operation is about.
package enum SessionSelection: Sendable, Hashable {
    /// One.
    case session(SessionID)
    /// All of a customer.
    case customer(CustomerID)
    /// All that a connection opened.
    case connection(ConnectionID)
    /// All of an organization.
    case organization(OrganizationID)
    /// The one that the IdP names so.
    case upstream(connection: ConnectionID, issuer: String, sessionID: String)
    /// Those of a person whom the IdP names so: under these session names, or all of them where there is none.
    case principal(connection: ConnectionID, issuer: String, principal: String, sessionIDs: [String])
    /// All of an identity.
    case subject(SubjectKey)
    /// Every session.
    case all
}

/// One ended session, in the order of ending; processes follow it to drop cached tokens.
package struct Revocation: Sendable, Hashable {
    /// Grows by one with every ended session.
    package let epoch: Int64
    /// The session.
    package let session: SessionID

    package init(epoch: Int64, session: SessionID) {
        self.epoch = epoch
        self.session = session
    }
}
