public import Broker

/// How a login must end.
public enum Verdict: Sendable, CustomStringConvertible {
    /// With an identity that has what is said here.
    case identity(ExpectedIdentity)
    /// With a denial of this reason.
    case denied(Denial.Reason)
    /// With an error of one of these codes.
    case refused(Set<LoginError.Code>)
    /// With an error, whatever its code.
    case refusedAnyhow

    /// With any identity.
    public static let accepted = Verdict.identity(ExpectedIdentity())

    /// With one of these codes.
    public static func refused(_ codes: LoginError.Code...) -> Verdict { .refused(Set(codes)) }

    /// Words for an operator.
    public var description: String {
        switch self {
        case .identity(let expected): expected.description
        case .denied(let reason): "a denial (\(reason.rawValue))"
        case .refused(let codes): "a refusal (\(codes.map(\.rawValue).sorted().joined(separator: " or ")))"
        case .refusedAnyhow: "a refusal"
        }
    }

    /// Fails where a login ended otherwise.
    public func check(_ end: LoginEnd) throws(KitFailure) {
        switch (self, end) {
        case (.identity(let expected), .identity(let identity)): try expected.check(identity)
        case (.denied(let reason), .denied(let denial)) where reason == denial.reason: break
        case (.refused(let codes), .refused(let error)) where codes.contains(error.code): break
        case (.refusedAnyhow, .refused): break
        default: throw KitFailure("the login ended with \(end), wanted is \(self)")
        }
    }
}

/// What an identity must have; nil says nothing.
public struct ExpectedIdentity: Sendable, CustomStringConvertible {
    /// The subject.
    public var subject: String?
    /// The issuer.
    public var issuer: String?
    /// The tenant.
    public var tenant: String?
    /// The address.
    public var email: String?
    /// Whether there must be no address at all.
    public var hasNoEmail = false
    /// What speaks for the address.
    public var evidence: Email.Evidence?
    /// How complete the groups are.
    public var completeness: GroupSet.Completeness?
    /// The groups.
    public var groups: [String]?
    /// The name.
    public var name: String?

    /// An expectation.
    public init(
        subject: String? = nil, issuer: String? = nil, tenant: String? = nil, email: String? = nil,
        hasNoEmail: Bool = false, evidence: Email.Evidence? = nil, completeness: GroupSet.Completeness? = nil,
        groups: [String]? = nil, name: String? = nil
    ) {
        self.subject = subject
        self.issuer = issuer
        self.tenant = tenant
        self.email = email
        self.hasNoEmail = hasNoEmail
        self.evidence = evidence
        self.completeness = completeness
        self.groups = groups
        self.name = name
    }

    /// Words for an operator.
    public var description: String {
        let parts: [String?] = [
            subject.map { "subject \($0)" }, issuer.map { "issuer \($0)" }, tenant.map { "tenant \($0)" },
            email.map { "address \($0)" }, hasNoEmail ? "no address" : nil, evidence.map { "evidence \($0.rawValue)" },
            completeness.map { "groups \($0.rawValue)" }, groups.map { "groups \($0.sorted())" },
        ]
        let words = parts.compactMap { $0 }.joined(separator: ", ")
        return words.isEmpty ? "an identity" : "an identity with \(words)"
    }

    /// Fails where an identity has something else.
    public func check(_ identity: VerifiedIdentity) throws(KitFailure) {
        try Self.compare("subject", subject, identity.subject.subject)
        try Self.compare("issuer", issuer, identity.subject.issuer)
        try Self.compare("tenant", tenant, identity.subject.tenant)
        try Self.compare("address", email, identity.email?.address.description)
        try require(!hasNoEmail || identity.email == nil, "there is an address")
        try Self.compare("e-mail evidence", evidence?.rawValue, identity.email?.evidence.rawValue)
        try Self.compare("completeness of groups", completeness?.rawValue, identity.groups.completeness.rawValue)
        try Self.compare(
            "groups", groups?.sorted().joined(separator: " "), identity.groups.values.sorted().joined(separator: " "))
        try Self.compare("name", name, identity.displayName)
    }

    private static func compare(_ what: String, _ wanted: String?, _ seen: String?) throws(KitFailure) {
        guard let wanted else { return }
        try require(wanted == seen, "\(what) is \(seen.map { "\"\($0)\"" } ?? "absent"), wanted is \"\(wanted)\"")
    }
}

/// How a login ended.
public enum LoginEnd: Sendable, CustomStringConvertible {
    /// The module proved who it is.
    case identity(VerifiedIdentity)
    /// The module says no.
    case denied(Denial)
    /// The module found something wrong.
    case refused(LoginError)

    /// Words for an operator.
    public var description: String {
        switch self {
        case .identity(let identity):
            "an identity (\(identity.subject.subject), evidence \(identity.email?.evidence.rawValue ?? "absent"), "
                + "groups \(identity.groups.completeness.rawValue))"
        case .denied(let denial): "a denial (\(denial.reason.rawValue): \(denial.detail))"
        case .refused(let error): "a refusal (\(error.code.rawValue): \(error.detail))"
        }
    }

    /// The identity, or a failure.
    public func identity() throws(KitFailure) -> VerifiedIdentity {
        guard case .identity(let identity) = self else { throw KitFailure("the login ended with \(self)") }
        return identity
    }
}
