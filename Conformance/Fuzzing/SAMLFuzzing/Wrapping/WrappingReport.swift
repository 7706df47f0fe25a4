package import Foundation

/// What became of the variants.
package struct WrappingReport: Sendable {
    /// A defect, with what makes it again.
    package struct Finding: Sendable {
        /// The number of the variant.
        package let number: Int
        /// What is wrong.
        package let problem: String
        /// The message, and how it came about.
        package let variant: WrappingFuzzer.Variant
    }

    /// How many were tried.
    package private(set) var variants = 0
    /// How many sign in the person whom the IdP signed.
    package private(set) var accepted = 0
    /// How many each rule refused.
    package private(set) var refusals: [String: Int] = [:]
    /// The defects.
    package private(set) var findings: [Finding] = []
    /// What the most expensive one cost.
    package private(set) var slowest: TimeInterval = 0

    mutating func add(
        _ number: Int, _ variant: WrappingFuzzer.Variant, _ verdict: Oracle.Verdict, _ seconds: TimeInterval
    ) {
        variants += 1
        slowest = max(slowest, seconds)
        switch verdict {
        case .accepted: accepted += 1
        case .refused(let rule): refusals[rule, default: 0] += 1
        case .forged(let whom): findings.append(Finding(number: number, problem: "signs in \(whom)", variant: variant))
        }
        if seconds > ProcessorTime.limit {
            findings.append(Finding(number: number, problem: "costs \(seconds) s", variant: variant))
        }
    }

    /// The figures as text.
    package var text: String {
        let rules = refusals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "  \($0.value) \($0.key)" }
        let refused = refusals.values.reduce(0, +)
        return """
            \(rules.joined(separator: "\n"))
            \(variants) variants: \(accepted) accepted as signed, \(refused) refused by \(refusals.count) rules, \
            \(findings.count) findings, slowest \(Int(slowest * 1000)) ms
            """
    }
}
