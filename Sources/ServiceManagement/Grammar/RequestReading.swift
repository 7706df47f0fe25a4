package import Broker

/// What a request to JSM is for, and which portal it is about, as far as its address says.
package struct RequestReading: Sendable, Hashable {
    /// What it is for.
    package var kind: RequestKind
    /// What its path and query name.
    package var names: NamedPlaces
    /// What its body has to be read as before anybody knows what it is about; nil where the body names nothing.
    package var body: BodyForm?

    package init(kind: RequestKind, names: NamedPlaces = NamedPlaces(), body: BodyForm? = nil) {
        self.kind = kind
        self.names = names
        self.body = body
    }

    /// Whether nobody knows what it is about before the body has been read.
    ///
    /// A form that makes a request is about the portal and the type in its address; its fields may only add to that.
    package var isBodyDecisive: Bool { body == .models || body == .request }
}

/// What a request is for.
package enum RequestKind: String, Sendable, Hashable, CaseIterable {
    /// Scripts, styles and images of JSM itself.
    case asset
    /// A page or call of one portal, or of one request in it.
    case portal
    /// A page or call about no portal in particular: the list of portals, one's own requests, one's profile.
    case common
    /// What the pages of a portal call to work at all.
    case support
    /// JSM's sign-in page.
    case signInPage = "sign_in_page"
    /// A password on its way to JSM, be it by form, call, query or header.
    case passwordLogin = "password_login"
    /// JSM's own making of accounts.
    case signUp = "sign_up"
    /// A link that JSM mailed: feedback, unsubscribe.
    case mailLink = "mail_link"
    /// The search for people.
    case userSearch = "user_search"
    /// Customers and organizations over the API, which is for our own service account.
    case provisioning
    /// What agents and administrators use.
    case agent
    /// Nothing that is known: protected, and not for customers.
    case unknown
}

/// What a request names of a site.
package struct NamedPlaces: Sendable, Hashable {
    package var portals: Set<PortalID> = []
    package var serviceDesks: Set<ServiceDeskID> = []
    package var requestTypes: Set<RequestTypeID> = []
    /// Keys of projects, in capitals, from issue keys and from parameters.
    package var projects: Set<String> = []
    /// Whether something stands where a number or a key belongs, and is none that we can read.
    package var isUnreadable = false

    package init() {}

    /// Whether nothing is named.
    package var isEmpty: Bool {
        portals.isEmpty && serviceDesks.isEmpty && requestTypes.isEmpty && projects.isEmpty && !isUnreadable
    }

    /// Takes in what another part of the request names.
    package mutating func formUnion(_ other: NamedPlaces) {
        portals.formUnion(other.portals)
        serviceDesks.formUnion(other.serviceDesks)
        requestTypes.formUnion(other.requestTypes)
        projects.formUnion(other.projects)
        isUnreadable = isUnreadable || other.isUnreadable
    }
}

/// How a body names portals.
package enum BodyForm: String, Sendable, Hashable, CaseIterable {
    /// `POST /rest/servicedesk/1/customer/models`.
    case models
    /// `POST /rest/servicedeskapi/request`.
    case request
    /// A form post that creates a request: fields such as `projectId`.
    case form
    /// A call that names an issue by its number, which tells no portal.
    case issueNumber = "issue_number"
}
