import Foundation

/// What a connection proved about a person.
///
/// The engine checks it again before it believes it.
public struct VerifiedIdentity: Sendable {
    /// Who it is: the only key of a person.
    public var subject: SubjectKey
    /// The e-mail, an attribute and never a key.
    public var email: Email?
    /// A name to greet with.
    public var displayName: String?
    /// Group memberships and how complete the list is.
    public var groups: GroupSet
    /// How and when the person signed in.
    public var authentication: AuthenticationContext
    /// The session at the IdP, for logout and refresh.
    public var upstream: UpstreamSession?
    /// Keys under which earlier settings of this connection would have known the same person.
    public var previousSubjects: [SubjectKey]
    /// The id of the IdP's key that vouched, for the audit log.
    public var keyID: String?
    /// Identifiers that may be seen once: Assertion ID, Response ID, `jti`.
    ///
    /// The engine inserts them with the session and refuses on conflict.
    public var oneTime: [OneTimeIdentifier]
    /// Everything that was said, with where it was said; the attribute mapping reads it.
    public var claims: [Claim]

    /// An identity.
    public init(
        subject: SubjectKey, email: Email? = nil, displayName: String? = nil, groups: GroupSet = .unsupported,
        authentication: AuthenticationContext = AuthenticationContext(), upstream: UpstreamSession? = nil,
        previousSubjects: [SubjectKey] = [], oneTime: [OneTimeIdentifier] = [], claims: [Claim] = []
    ) {
        self.subject = subject
        self.email = email
        self.displayName = displayName
        self.groups = groups
        self.authentication = authentication
        self.upstream = upstream
        self.previousSubjects = previousSubjects
        self.oneTime = oneTime
        self.claims = claims
    }
}

/// The key of a person at an IdP (OpenID Connect Core 5.7: only `iss` and `sub` together are stable and unique).
public struct SubjectKey: Hashable, Sendable, Codable {
    /// The connection that proved it.
    public var connection: ConnectionID
    /// The issuer or entityID, as configured and verified.
    public var issuer: String
    /// The tenant within the issuer, for IdPs that serve many tenants under one issuer.
    public var tenant: String?
    /// The subject, byte for byte.
    public var subject: String

    /// A key.
    public init(connection: ConnectionID, issuer: String, tenant: String? = nil, subject: String) {
        self.connection = connection
        self.issuer = issuer
        self.tenant = tenant
        self.subject = subject
    }

    /// Compares byte for byte.
    ///
    /// `==` on strings would take two subjects that differ in Unicode normalisation for one person, while the store
    /// keeps them apart.
    public static func == (left: SubjectKey, right: SubjectKey) -> Bool {
        left.connection.rawValue.isSameText(as: right.connection.rawValue)
            && left.issuer.isSameText(as: right.issuer)
            && left.subject.isSameText(as: right.subject)
            && (left.tenant == nil) == (right.tenant == nil)
            && (left.tenant ?? "").isSameText(as: right.tenant ?? "")
    }
}

extension String {
    /// Whether two texts are the same bytes, where `==` would also accept canonical equivalents.
    package func isSameText(as other: String) -> Bool {
        var (left, right) = (self, other)
        return left.withUTF8 { left in
            right.withUTF8 { right in
                guard left.count == right.count, let first = left.baseAddress, let second = right.baseAddress else {
                    return left.isEmpty && right.isEmpty
                }
                return memcmp(first, second, left.count) == 0
            }
        }
    }
}

/// How and when the person signed in.
public struct AuthenticationContext: Sendable, Hashable, Codable {
    /// The authentication context class, if the IdP said one.
    public var acr: String?
    /// The methods (RFC 8176), if the IdP said any.
    public var amr: [String]
    /// When the person signed in at the IdP, if it said so.
    public var authTime: Timestamp?

    /// A context.
    public init(acr: String? = nil, amr: [String] = [], authTime: Timestamp? = nil) {
        self.acr = acr
        self.amr = amr
        self.authTime = authTime
    }
}

/// An identifier that may be accepted once.
public struct OneTimeIdentifier: Sendable, Hashable, Codable {
    /// The identifier, such as an Assertion ID.
    public var identifier: String
    /// Until when a message with it could be accepted; after that it need not be remembered.
    public var until: Timestamp

    /// An identifier.
    public init(_ identifier: String, until: Timestamp) {
        self.identifier = identifier
        self.until = until
    }
}
