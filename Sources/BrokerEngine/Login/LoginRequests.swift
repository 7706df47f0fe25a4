package import Broker
package import BrokerModel
import Foundation

/// What a browser brings to the start of a login.
package struct LoginStart: Sendable {
    package var site: SiteID
    /// Where it wants to go, unchecked.
    package var returnTarget: String
    /// `login_hint`: an e-mail.
    package var loginHint: String?
    /// `connection`: the name of a connection.
    package var connectionHint: String?
    /// `domain_hint`: a mail domain.
    package var domainHint: String?
    /// The slug of an organization's own link.
    package var organizationSlug: String?
    package var locales: [String]
    /// The session handle that the browser has now, if any.
    ///
    /// Kept, because an IdP's cross-site POST will not carry it.
    package var priorHandle: String?
    /// How strong and how recent the sign-in must be.
    package var requirements: AuthenticationRequirements
    /// Where the browser is.
    package var network: ClientNetwork?
    /// Whether the browser is at the site's own host, which is not the broker's: the login goes on there.
    package var departs = false
    /// Whether the person asked to sign in anew: no live session stands for it.
    package var isAnew = false
    /// A facade's own URL that the browser comes back to, made by the engine; it takes the place of the return target.
    var resumeURL: String?

    package init(
        site: SiteID, returnTarget: String, loginHint: String? = nil, connectionHint: String? = nil,
        domainHint: String? = nil, organizationSlug: String? = nil, locales: [String] = [], priorHandle: String? = nil,
        requirements: AuthenticationRequirements = .none, network: ClientNetwork? = nil
    ) {
        self.site = site
        self.network = network
        self.returnTarget = returnTarget
        self.loginHint = loginHint
        self.connectionHint = connectionHint
        self.domainHint = domainHint
        self.organizationSlug = organizationSlug
        self.locales = locales
        self.priorHandle = priorHandle
        self.requirements = requirements
    }
}

/// A login that has begun: what the browser keeps of it.
package struct StartedLogin: Sendable {
    package var reference: Reference
    /// The value of the binding cookie named by the reference.
    package var binding: Secret<String>
    /// What the pages' forms carry; of a login that departs the broker's host gives another.
    package var handle: String
    package var expiresAt: Timestamp
    /// Where to go next.
    package var next: LoginTurn
}

/// What the browser does next in a login.
package enum LoginTurn: Sendable {
    /// Go on at the broker's host, with this ticket.
    case depart(ticket: Secret<String>)
    /// Show the first page.
    case identify
    /// Show the picker.
    case choose
    /// Show the page that is the same for every e-mail (`link-only`).
    case linkSent
    /// Go on to `/vestibule/continue/`, whatever the e-mail was (`uniform`).
    case continueUniformly
    /// Do what the connection's module says. The round's state goes into the form where the module asks for fields.
    case step(LoginStep.Action, connection: ConnectionID, state: Secret<String>)
}

/// What a browser brings to a login that has begun.
package struct LoginVisit: Sendable {
    /// The handle from the form or the URL.
    package var handle: String
    /// The value of the binding cookie for a reference.
    package var binding: @Sendable (Reference) -> String?
    package var locales: [String]
    /// Where the browser is.
    package var network: ClientNetwork?

    package init(
        handle: String, binding: @escaping @Sendable (Reference) -> String?, locales: [String] = [],
        network: ClientNetwork? = nil
    ) {
        self.network = network
        self.handle = handle
        self.binding = binding
        self.locales = locales
    }
}

/// What an IdP sends back through the browser.
package struct LoginReturn: Sendable {
    /// The connection in the callback's path.
    package var connection: ConnectionID
    package var callback: LoginCallback
    /// The value of the binding cookie for a reference.
    package var binding: @Sendable (Reference) -> String?
    /// The session handle that the browser had before, if any: it ends when the new session begins.
    package var priorHandle: String?
    /// The site whose host was asked: where a login goes that the IdP started.
    package var site: SiteID?
    package var locales: [String]
    /// Where the browser is.
    package var network: ClientNetwork?

    package init(
        connection: ConnectionID, callback: LoginCallback, binding: @escaping @Sendable (Reference) -> String?,
        priorHandle: String? = nil, site: SiteID? = nil, locales: [String] = [], network: ClientNetwork? = nil
    ) {
        self.network = network
        self.connection = connection
        self.callback = callback
        self.binding = binding
        self.priorHandle = priorHandle
        self.site = site
        self.locales = locales
    }
}

/// How a callback ends.
package enum LoginResult: Sendable {
    /// A session is open.
    case signedIn(SignedIn)
    /// Another round, of a login for this site.
    case turn(LoginTurn, site: SiteID)
    /// The IdP asked for a login: the browser starts an ordinary one at this connection, from a page of ours.
    case restart(ConnectionID, hint: String?)
    /// The IdP vouched without being asked: the person says on a page of ours whether to go on.
    case offered(OfferedLogin)
}

/// A login that an IdP started and that waits for the person's yes: what the browser keeps of it.
package struct OfferedLogin: Sendable {
    package var reference: Reference
    /// The value of the binding cookie named by the reference.
    package var binding: Secret<String>
    /// What the page's address carries.
    package var handle: String
}

/// What the page of an offered login shows.
package struct LoginOffer: Sendable {
    package var reference: Reference
    package var site: SiteID
    package var email: String
    package var organization: Organization?
    package var connection: Connection
    /// What ties the page's form to the browser that has it.
    package var token: Secret<String>
    /// Who is signed in in this browser, where it is somebody else: they must sign out first.
    package var signedInAs: String?
}

/// A session was opened.
package struct SignedIn: Sendable {
    package var credentials: SessionService.Credentials
    package var site: SiteID
    package var returnTarget: String
    package var session: Session
    package var customer: Customer
    package var connection: ConnectionID
    package var reference: Reference
    /// What opens the session at the site, where the login began at its own host.
    package var handOff: Secret<String>?
}

/// What the pages of a login show.
package struct LoginView: Sendable {
    package var reference: Reference
    package var site: SiteID
    package var phase: LoginTransaction.Phase
    package var email: EmailAddress?
    package var organization: Organization?
    /// What the person may pick from.
    package var choices: [Connection]
    package var returnTarget: String
}
