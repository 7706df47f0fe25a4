package import Broker
package import BrokerModel
package import HTTPTypes

/// What a front asks about: the request that stands at the door.
///
/// Nothing else enters the decision.
package struct GateRequest: Sendable {
    /// The site of the virtual host, as the front's own configuration names it; nil where the front names none.
    package var site: SiteID?
    /// The method of the request at the door.
    package var method: String
    /// Its raw target, octet for octet.
    package var target: String
    /// Its `Cookie` header, or several joined as HTTP/2 splits them.
    package var cookies: String
    /// Its `Accept` header.
    package var accept: String?
    /// Its `Authorization` header: what a machine is known by, and what a customer has no use for.
    package var authorization: String?
    /// Where it comes from, as a front of ours saw it; nil opens no lane that asks for a network.
    package var client: IPAddress?
    /// What the front can show of its body.
    package var body: GateBody

    package init(
        site: SiteID?, method: String, target: String, cookies: String, accept: String?, authorization: String? = nil,
        client: IPAddress? = nil, body: GateBody = .unseen
    ) {
        self.site = site
        self.method = method
        self.target = target
        self.cookies = cookies
        self.accept = accept
        self.authorization = authorization
        self.client = client
        self.body = body
    }
}

/// What a front shows of a request's body.
package enum GateBody: Sendable, Hashable {
    /// Nothing: what a body names stays unknown, and is refused where that matters.
    case unseen
    /// All of it.
    case seen([UInt8])
    /// There is more than the front holds back for us.
    case tooLarge
}

/// What the gate says.
package enum GateAnswer: Sendable {
    /// Let the request through, with these headers and no others of these names.
    case allow(GateGrant)
    /// Let it through without an identity, and say so to nobody behind: no identity header may pass.
    case allowAnonymous(AnonymousPass)
    /// There is no session. How to say so depends on the request.
    case signIn(SignIn)
    /// There is a session, and the site does not admit its organization.
    case notAdmitted(site: SiteID, organization: OrganizationID)
    /// There is a session, and no rule, or a rule against it.
    case denied(AccessRefusal)
    /// There is a session, and what it wants asks for a fresher or stronger sign-in, which may open it.
    case stepUp(StepUp)
    /// A way into JSM that is closed, whoever comes.
    case closed(ClosedDoor)
    /// The body does not tell what it is about.
    case badBody
    /// The browser brings a session of JSM that began in another session of ours: it has to go first.
    case portalReset(PortalReset)
    /// The target can be read in two ways, or is too long.
    case badRequest
    /// The decision cannot be made; nothing passes.
    case unavailable

    /// The bounded outcome, for metrics and audit.
    package var outcome: GateOutcome {
        switch self {
        case .allow: .allowed
        case .allowAnonymous(let pass): pass.outcome
        case .signIn: .noSession
        case .notAdmitted: .notAdmitted
        case .denied: .denied
        case .stepUp: .stepUp
        case .closed: .closed
        case .badBody: .badBody
        case .portalReset: .foreignPortalSession
        case .badRequest: .badRequest
        case .unavailable: .unavailable
        }
    }
}

/// The bounded outcomes of the gate.
package enum GateOutcome: String, Sendable, CaseIterable {
    case allowed
    case allowedPublic = "allowed_public"
    case noSession = "no_session"
    case allowedStaff = "allowed_staff"
    case allowedMachine = "allowed_machine"
    case allowedBreakGlass = "allowed_break_glass"
    case allowedObserved = "allowed_observed"
    case notAdmitted = "not_admitted"
    case denied
    case stepUp = "step_up"
    case closed
    case badBody = "bad_body"
    case foreignPortalSession = "foreign_portal_session"
    case badRequest = "bad_request"
    case unavailable
}

/// What passes with an allowed request.
package struct GateGrant: Sendable {
    /// The full identity header set, names in the order in which they are sent.
    package let headers: [(name: String, value: String)]
    /// The same as a front's answer carries them, made once for all requests that a token is good for: nothing may keep the
    /// answer, and it has no body.
    package let answer: HTTPFields
    /// A renewed session token for the browser, where there is one.
    package var renewedToken: Secret<String>?
    /// What the person may see of a listing, for who can look into answers; nil for all of it.
    package var sight: ListingSight?

    package init(headers: [(name: String, value: String)], renewedToken: Secret<String>? = nil) {
        self.headers = headers
        self.renewedToken = renewedToken
        var answer: HTTPFields = [.cacheControl: "no-store", .contentLength: "0"]
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { continue }
            answer.append(HTTPField(name: name, value: value))
        }
        self.answer = answer
    }
}

/// How to take a foreign session of JSM from a browser.
package struct PortalReset: Sendable, Hashable {
    /// How to say so.
    package var way: SignIn.Way
    /// The site.
    package var site: SiteID
    /// The target to ask for again; for other methods than GET the site's default.
    package var returnTarget: String
    /// The cookies to take.
    package var cookies: [String]
    /// Whether they were to be taken just now and came again: another path or domain than ours to clear.
    package var isRepeated: Bool
}

/// How to tell a browser or a program that there is no session.
package struct SignIn: Sendable, Hashable {
    /// The three ways.
    package enum Way: String, Sendable, Hashable {
        /// A navigation: go to the login and come back.
        case redirect
        /// A form post: nothing may be lost, so the page stays and sign-in opens beside it.
        case page
        /// A program: a plain 401.
        case problem
    }

    package var way: Way
    /// The site that the login is for.
    package var site: SiteID
    /// The target to come back to; for other methods than GET the site's default.
    package var returnTarget: String
    /// Whether the request carried cookies of ours that open nothing and are to be cleared.
    package var clearsCookies: Bool
}
