import Broker
import FoundationEssentials

/// One thing that a hostile or broken OpenID Provider does, and how a login with it must end.
public struct OpenIDFault: Sendable, CustomStringConvertible {
    /// Short and stable.
    public let id: String
    /// What happens.
    public let title: String
    /// The clause that decides.
    public let clause: String
    /// What is likely wrong where a module answers otherwise.
    public let fix: String
    /// How a login must end, unless a row says otherwise.
    public let verdict: Verdict
    /// What the OP does.
    public let changes: [OpenIDChange]
    /// Whether an honest login went before, so that keys and metadata are known.
    public let isWarm: Bool
    /// Whether its error could repeat what the OP sent.
    let isWorthLookingForLeaks: Bool

    /// A fault.
    public init(
        _ id: String, _ title: String, clause: String, fix: String, verdict: Verdict, isWarm: Bool = false,
        isWorthLookingForLeaks: Bool = false, _ changes: OpenIDChange...
    ) {
        self.id = id
        self.title = title
        self.clause = clause
        self.fix = fix
        self.verdict = verdict
        self.changes = changes
        self.isWarm = isWarm
        self.isWorthLookingForLeaks = isWorthLookingForLeaks
    }

    /// A fault in the claims of the ID token.
    static func claims(
        _ id: String, _ title: String, clause: String, fix: String, verdict: Verdict,
        isWorthLookingForLeaks: Bool = false,
        _ change: @escaping @Sendable (inout Claims, TokenFacts) -> Void
    ) -> OpenIDFault {
        OpenIDFault(
            id, title, clause: clause, fix: fix, verdict: verdict, isWorthLookingForLeaks: isWorthLookingForLeaks,
            .claims(change))
    }

    /// A driver whose OP does this.
    func driver(_ row: ProviderUnderTest) throws(KitFailure) -> LoginDriver {
        let driver = try LoginDriver(row)
        guard let upstream = driver.upstream as? ScriptedOpenIDProvider else {
            throw KitFailure("the row's upstream is no ScriptedOpenIDProvider, which faults are made for")
        }
        if !isWarm { upstream.change(changes) }
        return driver
    }

    /// How a login with this fault ends.
    public func end(_ row: ProviderUnderTest) async throws(KitFailure) -> LoginEnd { try await end(try driver(row)) }

    /// Checks how a login with this fault ends, and that nobody was led to where only a redirect leads.
    func check(_ row: ProviderUnderTest) async throws(KitFailure) {
        let driver = try driver(row)
        let end = try await end(driver)
        let followed = driver.bench.transport.requests.contains { $0.url.host() == Self.redirectHost }
        try require(!followed, "the redirect was followed")
        try (row.faultVerdicts[id] ?? verdict).check(end)
    }

    /// Where a redirect leads: nobody else asks there.
    static let redirectHost = "169.254.169.254"

    private func end(_ driver: LoginDriver) async throws(KitFailure) -> LoginEnd {
        if isWarm {
            _ = try await driver.login().identity()
            driver.bench.clock.advance(.seconds(120))
            (driver.upstream as? ScriptedOpenIDProvider)?.change(changes)
        }
        return try await driver.login()
    }

    /// Id and title.
    public var description: String { "\(id): \(title)" }

    /// Every fault.
    public static let all: [OpenIDFault] = signatures + audiences + times + bindings + people + answers + documents
}

extension ProviderRule {
    /// Every fault of an OpenID Provider, as a rule for rows that speak OpenID Connect.
    public static let openIDRules: [ProviderRule] = OpenIDFault.all.map { fault in
        ProviderRule(
            "openid.\(fault.id)", fault.title, clause: fault.clause, fix: fault.fix,
            notApplicable: { row in
                only([.openIDConnect], row) ?? row.faultsNotApplicable[fault.id]
            }
        ) { row in
            try await fault.check(row)
        }
    }
}
