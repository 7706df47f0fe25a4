// SPDX-License-Identifier: Apache-2.0

/// How one check came out.
enum Outcome: Sendable, Hashable {
    case passed
    /// What was expected and what came instead.
    case failed(String)
    /// Why it cannot run yet.
    case pending(String)

    /// The word for reports.
    var word: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .pending: "pending"
        }
    }

    /// The reason, where there is one.
    var reason: String? {
        switch self {
        case .passed: nil
        case .failed(let reason), .pending(let reason): reason
        }
    }
}

/// One check that was run, or could not be.
struct CheckResult: Sendable {
    /// What it belongs to: a suite, or a file of vectors.
    var group: String
    /// The row, where the check is the cell of a table.
    var row: String?
    /// Which check.
    var name: String
    /// The rule that it proves, such as `M31`.
    var rule: String?
    var outcome: Outcome
    /// What was seen.
    var detail: String?

    init(
        _ group: String, _ name: String, row: String? = nil, rule: String? = nil, _ outcome: Outcome,
        detail: String? = nil
    ) {
        self.group = group
        self.row = row
        self.name = name
        self.rule = rule
        self.outcome = outcome
        self.detail = detail
    }
}

/// A wish that did not come true, as text for a report.
struct Unmet: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Fails a check unless something holds.
func require(_ condition: Bool, _ text: @autoclosure () -> String) throws {
    if !condition { throw Unmet(text()) }
}

/// The value, or a failed check where there is none.
func unwrap<Value>(_ value: Value?, _ text: @autoclosure () -> String) throws -> Value {
    guard let value else { throw Unmet(text()) }
    return value
}

/// Runs one check; whatever it throws is why it failed.
func check(
    _ group: String, _ name: String, rule: String? = nil, _ body: () async throws -> String?
) async -> CheckResult {
    do {
        return CheckResult(group, name, rule: rule, .passed, detail: try await body())
    } catch {
        return CheckResult(group, name, rule: rule, .failed("\(error)"))
    }
}

/// What came of a body, for whoever has to tidy up before it is looked at.
func attempt<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
}
