package import ServiceManagement

/// What a request was after, so that an admin can see the spam that did not happen.
package enum AttemptKind: String, Sendable, CaseIterable {
    /// A ticket.
    case ticket
    /// An account of JSM's own making.
    case signUp = "sign_up"
    /// A password of JSM's own.
    case passwordLogin = "password_login"
    /// Names and addresses of people.
    case userSearch = "user_search"
    /// Customers and organizations over the API.
    case provisioning
    /// What agents and administrators use.
    case agent
    /// Another call of the API.
    case call
    /// Something else that was posted.
    case post
    /// A page to look at.
    case page
    /// A target that can be read in two ways: nobody's link.
    case trick

    /// - Parameter reading: What the address says; nil where it can be read in two ways.
    package init(_ reading: RequestReading?, method: String, isCall: Bool) {
        guard let reading else {
            self = .trick
            return
        }
        let isLooking = method == "GET" || method == "HEAD"
        switch reading.kind {
        case .signUp: self = .signUp
        case .passwordLogin: self = .passwordLogin
        case .userSearch: self = .userSearch
        case .provisioning: self = .provisioning
        case .agent: self = .agent
        case _ where !isLooking && (reading.body == .request || reading.body == .form): self = .ticket
        case _ where isCall: self = .call
        case _ where isLooking: self = .page
        default: self = .post
        }
    }

    /// In a sentence that counts it.
    package var meaning: String {
        switch self {
        case .ticket: "tried to open a ticket"
        case .signUp: "tried to make an account"
        case .passwordLogin: "tried a password"
        case .userSearch: "searched for people"
        case .provisioning: "called for customers or organizations"
        case .agent: "asked for agents' or administrators' pages"
        case .call: "called the API"
        case .post: "posted something else"
        case .page: "asked for a page"
        case .trick: "sent an address that can be read in two ways"
        }
    }
}
