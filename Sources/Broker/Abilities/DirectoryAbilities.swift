public import Foundation

/// Looks up a person's groups after the login.
public protocol GroupSource: IdentityProvider {
    /// The person's groups. A failed lookup is `.failed`, never an empty complete list.
    func groups(of identity: VerifiedIdentity) async throws(LoginError) -> GroupSet
}

/// Lists the IdP's people, for connections without SCIM.
public protocol DirectorySource: IdentityProvider {
    /// Changes since a cursor; nil begins from the start.
    func changes(since cursor: Data?) async throws(LoginError) -> DirectoryPage

    /// Whether the IdP still knows a person. `unknown` never removes anybody.
    func status(of subject: SubjectKey) async throws(LoginError) -> DirectoryStatus
}

/// One page of changes.
public struct DirectoryPage: Sendable {
    /// People as the IdP has them now.
    public var people: [DirectoryPerson]
    /// Where to go on.
    public var cursor: Data
    /// Whether there is more now.
    public var hasMore: Bool

    /// A page.
    public init(people: [DirectoryPerson], cursor: Data, hasMore: Bool) {
        self.people = people
        self.cursor = cursor
        self.hasMore = hasMore
    }
}

/// One person in the IdP's directory.
public struct DirectoryPerson: Sendable {
    /// The person's key.
    public var subject: SubjectKey
    /// Whether the person is active.
    public var status: DirectoryStatus
    /// The e-mail, with its evidence.
    public var email: Email?
    /// A name to greet with.
    public var displayName: String?
    /// The person's groups.
    public var groups: GroupSet
    /// Other attributes.
    public var claims: [Claim]

    /// A person.
    public init(
        subject: SubjectKey, status: DirectoryStatus, email: Email? = nil, displayName: String? = nil,
        groups: GroupSet = .unsupported, claims: [Claim] = []
    ) {
        self.subject = subject
        self.status = status
        self.email = email
        self.displayName = displayName
        self.groups = groups
        self.claims = claims
    }
}

/// Whether the IdP still knows a person.
public enum DirectoryStatus: String, Sendable, Codable {
    /// The person is there and enabled.
    case active
    /// The IdP says that the person is gone or disabled.
    case gone
    /// The IdP did not say.
    case unknown
}
