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

    package init(
        site: SiteID, returnTarget: String, loginHint: String? = nil, connectionHint: String? = nil,
        domainHint: String? = nil, organizationSlug: String? = nil, locales: [String] = [], priorHandle: String? = nil
    ) {
        self.site = site
        self.returnTarget = returnTarget
        self.loginHint = loginHint
        self.connectionHint = connectionHint
        self.domainHint = domainHint
        self.organizationSlug = organizationSlug
        self.locales = locales
        self.priorHandle = priorHandle
    }
}

/// A login that has begun: what the browser keeps of it.
package struct StartedLogin: Sendable {
    package var reference: Reference
    /// The value of the binding cookie named by the reference.
    package var binding: Secret<String>
    /// What the pages' forms carry.
    package var handle: String
    package var expiresAt: Timestamp
    /// Where to go next.
    package var next: LoginTurn
}

/// What the browser does next in a login.
package enum LoginTurn: Sendable {
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

    package init(handle: String, binding: @escaping @Sendable (Reference) -> String?, locales: [String] = []) {
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

    package init(
        connection: ConnectionID, callback: LoginCallback, binding: @escaping @Sendable (Reference) -> String?,
        priorHandle: String? = nil
    ) {
        self.connection = connection
        self.callback = callback
        self.binding = binding
        self.priorHandle = priorHandle
    }
}

/// How a callback ends.
package enum LoginResult: Sendable {
    /// A session is open.
    case signedIn(SignedIn)
    /// Another round.
    case turn(LoginTurn)
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
