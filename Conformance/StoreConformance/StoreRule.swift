package import BrokerModel

/// Makes an empty store.
package typealias StoreFactory = @Sendable () async throws -> any Store

/// One thing that every store must do.
///
/// `StoreRule.all` is the whole contract of `Store`, `StoreReader` and `StoreWriter`.
package struct StoreRule: Sendable, CustomStringConvertible {
    /// The rule as a sentence.
    package let description: String
    private let body: @Sendable (any Store) async throws -> Void

    init(_ description: String, _ body: @escaping @Sendable (any Store) async throws -> Void) {
        self.description = description
        self.body = body
    }

    /// Runs the rule on a new store; throws what is wrong.
    package func check(_ makeStore: StoreFactory) async throws { try await body(try await makeStore()) }

    /// Every rule.
    package static let all: [StoreRule] = [
        atomicity, concurrency, resources, logins, testLogins, replacements, oneTime, customers, links,
        departures, sessions, sessionHandles, handOffs, sessionRefresh, revocations, portalNames,
        facadeGrants, facadeSessions, portalSessions, facadesOfTheForgotten, outbox, gateTallies,
        breakGlasses, buckets, keys, connectionKeys, memory, audit, personalKeys,
    ].flatMap { $0 }
}

/// How a store breaks a rule.
package struct StoreRuleFailure: Error, CustomStringConvertible {
    /// What was expected, where, and what came.
    package let description: String
}

/// Fails the rule unless something holds.
func expect(_ holds: Bool, _ what: String, line: Int = #line, file: String = #fileID) throws {
    if !holds { throw StoreRuleFailure(description: "\(file):\(line): expected \(what)") }
}

/// Fails the rule unless two values are equal.
func expectEqual<Value: Equatable>(
    _ actual: Value?, _ expected: Value?, line: Int = #line, file: String = #fileID
) throws {
    try expect(
        actual == expected, "\(String(describing: expected)), got \(String(describing: actual))", line: line, file: file
    )
}

/// Fails the rule unless the work throws `StoreError.conflict` and its detail tells nothing of a value.
func expectConflict(
    hiding values: [String] = [], line: Int = #line, file: String = #fileID, _ work: () async throws -> Void
) async throws {
    do {
        try await work()
    } catch let error as StoreError {
        try expectEqual(error.code, .conflict, line: line, file: file)
        for value in values {
            try expect(!error.detail.contains(value), "a detail without values", line: line, file: file)
        }
        return
    }
    throw StoreRuleFailure(description: "\(file):\(line): expected a conflict, got none")
}
