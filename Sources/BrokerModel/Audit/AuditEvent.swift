package import Broker

/// Something that happened, before it is chained.
package struct AuditEvent: Sendable, Hashable {
    /// Who made it happen.
    package enum Actor: Sendable, Hashable {
        /// A person with a session or in a login.
        case customer
        /// An operator at the command line, by the name of the operating-system user.
        case administrator(String)
        /// An identity provider's server.
        case identityProvider
        /// The broker itself.
        case system
        /// Somebody without a session.
        case anonymous
    }

    /// What happened.
    package var kind: AuditKind
    /// When.
    package var at: Timestamp
    /// Who made it happen.
    package var actor: Actor
    /// The login or refusal it belongs to.
    package var reference: Reference?
    /// The customer it is about.
    package var customer: CustomerID?
    /// The organization it is about.
    package var organization: OrganizationID?
    /// The connection it is about.
    package var connection: ConnectionID?
    /// The site it is about.
    package var site: SiteID?
    /// The session it is about.
    package var session: SessionID?
    /// The bounded cause of a refusal.
    package var code: String?
    /// What an operator needs to know; no personal data, no secret.
    package var facts: [String: String]
    /// Personal data (names, e-mails): sealed under the customer's own key, or under the login's where no customer is
    /// known, so that it can be erased without breaking the chain.
    package var personal: [String: String]

    package init(
        _ kind: AuditKind, at: Timestamp, actor: Actor, reference: Reference? = nil, customer: CustomerID? = nil,
        organization: OrganizationID? = nil, connection: ConnectionID? = nil, site: SiteID? = nil,
        session: SessionID? = nil, code: String? = nil, facts: [String: String] = [:], personal: [String: String] = [:]
    ) {
        self.kind = kind
        self.at = at
        self.actor = actor
        self.reference = reference
        self.customer = customer
        self.organization = organization
        self.connection = connection
        self.site = site
        self.session = session
        self.code = code
        self.facts = facts
        self.personal = personal
    }
}

/// The event catalogue: every kind of event, with what it means.
///
/// Published as a table by `vestibule audit catalogue`.
package enum AuditKind: String, Sendable, Codable, CaseIterable {
    case loginStarted = "login.started"
    case loginRouted = "login.routed"
    case loginOffered = "login.offered"
    case loginSucceeded = "login.succeeded"
    case loginDenied = "login.denied"
    case loginFailed = "login.failed"
    case loginThrottled = "login.throttled"
    case mailRefused = "mail.refused"
    case sessionHandedOff = "session.handed_off"
    case logout = "session.signed_out"
    case sessionEnded = "session.ended"
    case accessRevoked = "session.access_revoked"
    case refreshRefused = "session.refresh_refused"
    case refreshOverdue = "session.refresh_overdue"
    case refreshLost = "session.refresh_lost"
    case logoutSent = "logout.sent"
    case logoutAnswered = "logout.answered"
    case logoutFailed = "logout.failed"
    case logoutReceived = "logout.received"
    case logoutRefused = "logout.refused"
    case facadeAnswered = "facade.answered"
    case facadeRefused = "facade.refused"
    case facadeSessionEnded = "facade.session_ended"
    case facadeNotTold = "facade.not_told"
    case customerNamed = "customer.named"
    case customerRenamed = "customer.renamed"
    case customerCreated = "customer.created"
    case customerChanged = "customer.changed"
    case customerLinked = "customer.linked"
    case customerUnlinked = "customer.unlinked"
    case customerDisabled = "customer.disabled"
    case customerEnabled = "customer.enabled"
    case customerExported = "customer.exported"
    case customerErased = "customer.erased"
    case resourceCreated = "resource.created"
    case resourceChanged = "resource.changed"
    case resourceDeleted = "resource.deleted"
    case keyPublished = "key.published"
    case keyActivated = "key.activated"
    case keyRetired = "key.retired"
    case keyRemoved = "key.removed"
    case connectionKeyMade = "connection.key_made"
    case connectionKeysRotated = "connection.keys_rotated"
    case connectionKeyRemoved = "connection.key_removed"
    case connectionTrustChanged = "connection.trust_changed"
    case connectionException = "connection.exception"
    case connectionTestStarted = "connection.test_started"
    case connectionTested = "connection.tested"
    case replacementStarted = "connection.replacement_started"
    case replacementEnded = "connection.replacement_ended"
    case identityReplaced = "identity.replaced"
    case gateRefused = "gate.refused"
    case accessRequested = "access.requested"
    case accessPushed = "access.pushed"
    case accessWritten = "access.written"
    case gateObserved = "gate.observed"
    case gateEmergency = "gate.emergency"
    case breakGlassOpened = "emergency.opened"
    case breakGlassUsed = "emergency.used"
    case breakGlassClosed = "emergency.closed"
    case serverStarted = "server.started"
    case serverStopped = "server.stopped"

    /// One sentence for the published table.
    package var meaning: String {
        switch self {
        case .loginStarted: "A browser without a session began a login."
        case .loginRouted: "The login was sent to a connection, by e-mail domain, address, hint or choice."
        case .loginOffered: "An IdP vouched without being asked; the person was asked whether to sign in."
        case .loginSucceeded: "The IdP vouched, every check passed, and a session was opened."
        case .loginDenied: "The IdP, or the person at the IdP, said no."
        case .loginFailed: "A check refused the login; `code` says which."
        case .loginThrottled:
            "Attempts were refused for their number: the first at once, then one event a minute with a count; `facts.rule` "
                + "says which limit is reached."
        case .mailRefused:
            "A message of a login was not sent; `code` says why, and `facts.rule` which limit is reached."
        case .sessionHandedOff: "A site on a host of its own got a handle of a live session."
        case .logout: "The person signed out; the session is over everywhere."
        case .sessionEnded: "A session ended for another reason than a sign-out; `code` says which."
        case .accessRevoked:
            "An IdP said of a live session that the person's access is gone; their sessions of it ended."
        case .refreshRefused: "What an IdP said of a live session was refused, and it ended; `code` says why."
        case .refreshOverdue: "An IdP did not confirm a live session for too long, and it ended; `code` says why."
        case .refreshLost: "What an IdP said of a live session was lost with the process that asked; it is asked again."
        case .logoutSent: "A sign-out went on to the IdP, to end its session too."
        case .logoutAnswered: "The IdP answered a sign-out; `code` says whether the person is signed out there."
        case .logoutFailed: "A sign-out did not reach the IdP, or its answer was refused; `code` says why."
        case .logoutReceived: "An IdP's logout message was accepted; the sessions that it named are over."
        case .logoutRefused: "An IdP's logout message was refused; `code` says why."
        case .facadeAnswered: "A site's JSM was told who signed in; `facts.facade` says by which protocol."
        case .facadeRefused: "A request of a site's JSM, or one that claimed to be, was refused; `code` says why."
        case .facadeSessionEnded: "A site's JSM was told that a session ended."
        case .facadeNotTold: "A site's JSM could not be told that a session ended; `code` says why."
        case .customerNamed: "A customer got the name under which sites' JSM know them."
        case .customerRenamed: "An operator changed the name under which sites' JSM know a customer."
        case .customerCreated: "A first login made a customer."
        case .customerChanged: "A login or a refresh changed a customer's e-mail, name, groups or attributes."
        case .customerLinked: "An identity was tied to a customer."
        case .customerUnlinked: "An identity's tie to a customer was removed."
        case .customerDisabled: "A customer may no longer sign in; their sessions ended."
        case .customerEnabled: "A customer may sign in again."
        case .customerExported: "A customer's data was exported for them."
        case .customerErased: "A customer's personal data was erased, also from the past of this log."
        case .resourceCreated: "Configuration gained a resource."
        case .resourceChanged: "A resource's configuration changed."
        case .resourceDeleted: "Configuration lost a resource."
        case .keyPublished: "A signing key entered the JWKS."
        case .keyActivated: "A signing key began to sign, after the witness verified its probe."
        case .keyRetired: "A signing key stopped signing."
        case .keyRemoved: "A signing key left the JWKS."
        case .connectionKeyMade: "A connection got a key of its own, to sign with or to decrypt with."
        case .connectionKeysRotated: "A connection's next key became its current one, and a new next one was made."
        case .connectionKeyRemoved: "A connection's earlier key stopped decrypting and was destroyed."
        case .connectionTrustChanged: "The keys that a connection trusts of its IdP are others than before."
        case .connectionException: "A dated exception for something weak was added to a connection, changed or removed."
        case .connectionTestStarted: "An operator made a ticket for a test login; nobody is signed in by one."
        case .connectionTested: "A test login ended; `code` says why a real one would be refused, if it would."
        case .replacementStarted: "A connection takes another one's place; people are moved, each once, until a day."
        case .replacementEnded: "A replacement is over; the connection that people left is disabled."
        case .identityReplaced: "A first login through the new connection was tied to the customer of the old one."
        case .gateRefused: "The gate refused requests: the first at once, then one event a minute with a count."
        case .accessRequested: "Somebody whom the gate refused a portal asked for it; `facts.portal` is its number."
        case .accessPushed:
            "An operator had a site's JSM brought in line with its access rules; `facts` says how much was written."
        case .accessWritten:
            "A site's JSM was told who may see a desk; `facts` says what was written, `code` why it was not."
        case .gateObserved: "Requests passed that will be refused once rules are enforced; counted like refusals."
        case .gateEmergency: "Requests passed in an emergency; counted like refusals."
        case .breakGlassOpened: "An operator opened a site in an emergency; `facts` says who, why and until when."
        case .breakGlassUsed: "A browser brought an emergency's code and passes the gate without a session."
        case .breakGlassClosed: "An operator closed an emergency before its time."
        case .serverStarted: "A server process started."
        case .serverStopped: "A server process stopped in order."
        }
    }
}
