package import Broker

/// What an access rule asks of a person.
package indirect enum AccessCondition: Sendable, Hashable, Codable {
    /// Every one of these; an empty list holds.
    case all([AccessCondition])
    /// At least one of these; an empty list does not hold.
    case any([AccessCondition])
    /// Not one of these.
    case none([AccessCondition])
    /// The person is in a group of this name, compared octet by octet.
    case group(String)
    /// The person's address is of this domain, not of one below it.
    case emailDomain(EmailDomain)
    /// One of the attribute's values is this.
    case attribute(String, is: String)
    /// The person signed in through this connection.
    case connection(ConnectionID)
    /// The person is of this organization.
    case organization(OrganizationID)
    /// The login reached this authentication context class.
    case authenticationContext(String)
    /// The person proved who they are no longer ago than this.
    case authenticated(within: Duration)

    /// Whether it holds for a person.
    package func holds(for person: AccessSubject) -> Truth {
        switch self {
        case .all(let parts): .all(parts.lazy.map { $0.holds(for: person) })
        case .any(let parts): .any(parts.lazy.map { $0.holds(for: person) })
        case .none(let parts): .none(parts.lazy.map { $0.holds(for: person) })
        case .group(let name): person.isMember(of: name)
        case .emailDomain(let domain): Truth(person.email?.domain == domain)
        case .attribute(let name, let value): Truth(person.attributes[name]?.contains(value) ?? false)
        case .connection(let id): Truth(person.connection == id)
        case .organization(let id): Truth(person.organization == id)
        case .authenticationContext(let acr): Truth(person.authentication.acr == acr)
        case .authenticated(let age): person.authenticated(within: age)
        }
    }
}

/// Of a person and their session, what access rules look at.
package struct AccessSubject: Sendable, Hashable {
    /// Groups, and whether the list is whole.
    package var groups: GroupSet
    /// The address that login or directory vouch for.
    package var email: EmailAddress?
    /// Mapped attributes.
    package var attributes: [String: [String]]
    /// The connection that the person came by.
    package var connection: ConnectionID
    /// The organization that the person is of.
    package var organization: OrganizationID
    /// How and when the person proved who they are.
    package var authentication: AuthenticationContext
    /// The present moment.
    package var now: Timestamp

    package init(
        groups: GroupSet, email: EmailAddress?, attributes: [String: [String]] = [:], connection: ConnectionID,
        organization: OrganizationID, authentication: AuthenticationContext = AuthenticationContext(), now: Timestamp
    ) {
        self.groups = groups
        self.email = email
        self.attributes = attributes
        self.connection = connection
        self.organization = organization
        self.authentication = authentication
        self.now = now
    }

    /// A name that is there is true of any list; one that is not there is false only of a whole one.
    func isMember(of name: String) -> Truth {
        if groups.values.contains(where: { Array($0.utf8) == Array(name.utf8) }) { return .yes }
        return groups.completeness == .complete ? .no : .unknown
    }

    /// Without a time nothing can be told; a time that is still to come proves nothing.
    func authenticated(within age: Duration) -> Truth {
        guard let time = authentication.authTime else { return .unknown }
        return Truth(time <= now && now - time <= age)
    }
}
