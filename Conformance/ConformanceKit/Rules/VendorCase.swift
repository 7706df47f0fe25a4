import Broker

/// One attack or peculiarity of a vendor, with the answer that the module's page promises.
public struct VendorCase: Sendable, CustomStringConvertible {
    /// The number of the case in the list of conformance cases; nil where it has only a name.
    public var number: Int?
    /// What happens, in a few words.
    public var name: String
    /// The clause, or the vendor's own words.
    public var clause: String
    /// What is likely wrong where it fails.
    public var fix: String
    /// Other settings.
    public var settings: @Sendable (inout Claims) -> Void
    /// Further preparation of the bench.
    public var prepare: @Sendable (inout KitBench) -> Void
    /// The IdP of this case; nil is the row's honest one.
    public var upstream: (@Sendable (KitBench) throws -> any ScriptedUpstream)?
    /// Who signs in.
    public var visit: KitVisit
    /// How the login must end.
    public var verdict: Verdict
    /// What follows the login, where something does.
    public var sequel: CaseSequel?

    /// A case.
    public init(
        _ name: String, number: Int? = nil, clause: String, fix: String, visit: KitVisit = .honest,
        settings: @escaping @Sendable (inout Claims) -> Void = { _ in },
        prepare: @escaping @Sendable (inout KitBench) -> Void = { _ in },
        upstream: (@Sendable (KitBench) throws -> any ScriptedUpstream)? = nil, verdict: Verdict = .accepted,
        then sequel: CaseSequel? = nil
    ) {
        self.name = name
        self.number = number
        self.clause = clause
        self.fix = fix
        self.visit = visit
        self.settings = settings
        self.prepare = prepare
        self.upstream = upstream
        self.verdict = verdict
        self.sequel = sequel
    }

    /// Number and name.
    public var description: String { number.map { "\($0) \(name)" } ?? name }
}

/// What follows the login of a case.
public enum CaseSequel: Sendable {
    /// Signing out sends the browser there and nowhere else.
    case signsOut(ExpectedSignOut)
    /// The IdP answers the next refresh in this way, and the module says this of it.
    case refresh(KitRefresh, ExpectedRefresh)
}

/// Where signing out sends the browser, octet for octet.
public enum ExpectedSignOut: Sendable {
    /// Nowhere: the vendor has no sign-out, or none that is configured.
    case nowhere
    /// To this address, query and all.
    case link(String)
    /// To this address with this form; the value `{idToken}` is the ID token that was given last.
    case form(String, [String: String])
}

/// What a module says of a refresh.
public enum ExpectedRefresh: String, Sendable {
    /// Nothing changed.
    case same
    /// The person's claims now.
    case updated
    /// Access is gone.
    case revoked
    /// The IdP is away.
    case retryLater
    /// The connection is not configured for it.
    case notConfigured
    /// The module cannot ask.
    case unable
}
