// SPDX-License-Identifier: Apache-2.0

/// One row of the table: what every front must do.
struct FrontRow: Sendable {
    let name: String
    let rule: String?
    /// What it asks of a front beyond telling a session from none.
    let needs: Set<FrontAbility>
    let run: @Sendable (FrontDoor) async throws -> Void

    init(
        _ name: String, _ rule: String? = nil, needs: Set<FrontAbility> = [],
        _ run: @escaping @Sendable (FrontDoor) async throws -> Void
    ) {
        (self.name, self.rule, self.needs, self.run) = (name, rule, needs, run)
    }

    /// Every row but those of a file.
    static var all: [FrontRow] {
        sessions + tokens + cookies + headers + paths + access + doors + lanes + failures + bodies + corpora
    }

    /// The cell of a front; nil where the row is not applicable.
    func cell(_ door: FrontDoor) async -> CheckResult? {
        let front = door.running.front
        guard needs.isDisjoint(with: front.lacks) else { return nil }
        do {
            try await run(door)
            return CheckResult(FrontsSuite.group, front.name, row: name, rule: rule, .passed)
        } catch {
            return CheckResult(FrontsSuite.group, front.name, row: name, rule: rule, .failed("\(name): \(error)"))
        }
    }
}
