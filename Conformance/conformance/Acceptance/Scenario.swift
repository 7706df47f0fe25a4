// SPDX-License-Identifier: Apache-2.0

/// One thing that the product must show.
struct Scenario: Sendable {
    /// Which kind of JSM it is about.
    enum SiteType: String, Sendable {
        case both
        case cloud
        case dataCenter = "data-center"
    }

    /// What stands behind it.
    enum Proof: Sendable {
        /// A check that runs here; `beside` names what proves the rest, `missing` what is not built yet.
        case here(_ beside: String? = nil, missing: String? = nil, @Sendable (AcceptanceWorld) async throws -> String)
        /// A test that runs elsewhere.
        case elsewhere(_ test: String, missing: String? = nil)
        /// Nothing yet.
        case notBuilt
    }

    let id: String
    let title: String
    let site: SiteType
    let proof: Proof

    init(_ number: Int, _ title: String, _ site: SiteType = .both, _ proof: Proof) {
        id = "S\(number)"
        self.title = title
        self.site = site
        self.proof = proof
    }
}

extension Scenario {
    /// What of it is not built yet, where some of it is.
    var missing: String? {
        switch proof {
        case .here(_, let missing, _), .elsewhere(_, let missing): missing
        case .notBuilt: nil
        }
    }
}

/// How a scenario came out.
struct ScenarioResult: Sendable {
    let scenario: Scenario
    /// `pass`, `part`, `fail`, `not built` or `see ...`.
    let status: String
    /// What was seen.
    let detail: String
    let outcome: Outcome

    /// What stands behind the status.
    var proof: String {
        switch scenario.proof {
        case .here(let beside, _, _): beside.map { "suite acceptance; \($0)" } ?? "suite acceptance"
        case .elsewhere(let test, _): test
        case .notBuilt: ""
        }
    }

    /// Runs a scenario where it can be run here.
    static func run(_ scenario: Scenario, in world: AcceptanceWorld) async -> ScenarioResult {
        switch scenario.proof {
        case .notBuilt:
            return ScenarioResult(scenario: scenario, status: "not built", detail: "", outcome: .pending("not built"))
        case .elsewhere(let test, let missing):
            return ScenarioResult(
                scenario: scenario, status: "see \(test)", detail: missing.map { "not built: \($0)" } ?? "",
                outcome: .pending("see \(test)"))
        case .here(_, let missing, let check):
            do {
                let seen = try await check(world)
                guard let missing else {
                    return ScenarioResult(scenario: scenario, status: "pass", detail: seen, outcome: .passed)
                }
                let detail = "\(seen); not built: \(missing)"
                return ScenarioResult(scenario: scenario, status: "part", detail: detail, outcome: .pending(detail))
            } catch {
                return ScenarioResult(
                    scenario: scenario, status: "fail", detail: "\(error)", outcome: .failed("\(error)"))
            }
        }
    }
}
