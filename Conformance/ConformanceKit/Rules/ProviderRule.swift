/// One rule that every module keeps, as a value: `@Test(arguments: rows, ProviderRule.all)`.
public struct ProviderRule: Sendable, CustomStringConvertible {
    /// Short and stable.
    public let id: String
    /// What a module that keeps the rule does.
    public let title: String
    /// The clause that says so.
    public let clause: String
    /// What is likely wrong where it does not.
    public let fix: String
    private let notApplicable: @Sendable (ProviderUnderTest) -> String?
    private let body: @Sendable (ProviderUnderTest) async throws -> Void

    /// A rule.
    ///
    /// - Parameters:
    ///   - id: short and stable; letters, digits, hyphens and one dot behind its family.
    ///   - title: what a module that keeps the rule does.
    ///   - clause: the specification, or the SPI's own words.
    ///   - fix: what is likely wrong.
    ///   - notApplicable: why the rule says nothing about a row; nil where it does.
    ///   - check: throws `KitFailure` with what was seen.
    public init(
        _ id: String, _ title: String, clause: String, fix: String,
        notApplicable: @escaping @Sendable (ProviderUnderTest) -> String? = { _ in nil },
        check: @escaping @Sendable (ProviderUnderTest) async throws -> Void
    ) {
        self.id = id
        self.title = title
        self.clause = clause
        self.fix = fix
        self.notApplicable = notApplicable
        body = check
    }

    /// Why the rule says nothing about a row; nil where it applies.
    public func reasonNotApplicable(to row: ProviderUnderTest) -> String? {
        row.rulesNotApplicable[id] ?? notApplicable(row)
    }

    /// Checks a row; a rule that does not apply passes.
    public func check(_ row: ProviderUnderTest) async throws(RuleFailure) {
        guard reasonNotApplicable(to: row) == nil else { return }
        do {
            try await body(row)
        } catch let failure as CaseFailure {
            throw RuleFailure(
                row: row.name, rule: "\(id) \(failure.name)", clause: failure.clause, seen: failure.seen,
                fix: failure.fix)
        } catch {
            throw RuleFailure(row: row.name, rule: id, clause: clause, seen: "\(error)", fix: fix)
        }
    }

    /// Id and title.
    public var description: String { "\(id): \(title)" }

    /// Every rule, in the order of a connection's life.
    public static let all: [ProviderRule] =
        moduleRules + settingsRules + beginRules + completeRules + identityRules + groupRules + sessionRules
        + directoryRules
        + openIDRules + vendorRules
}

/// A rule that a module does not keep.
public struct RuleFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The row.
    public let row: String
    /// The rule's id, with the case where it has cases.
    public let rule: String
    /// The clause.
    public let clause: String
    /// What was seen.
    public let seen: String
    /// What is likely wrong.
    public let fix: String

    /// Everything that an author needs, on four lines.
    public var description: String {
        """
        \(row) breaks \(rule)
          clause: \(clause)
          seen:   \(seen)
          fix:    \(fix)
        """
    }
}

/// A failure of one case of a rule that has many.
struct CaseFailure: Error {
    let name: String
    let clause: String
    let fix: String
    let seen: String
}
