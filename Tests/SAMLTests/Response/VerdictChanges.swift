@testable import SAML

/// What comes out otherwise when one check is dropped.
struct VerdictChanges {
    let check: CheckUnderTest
    /// Vectors that are taken now: nothing else refuses them.
    private(set) var accepted: [String] = []
    /// Vectors that another rule refuses now, by rule.
    private(set) var refusedOtherwise: [String: [String]] = [:]

    /// Reads every vector of the check's family without it.
    init(dropping check: CheckUnderTest, among verdicts: [Verdict]) throws {
        self.check = check
        for verdict in verdicts where verdict.specimen.family == check.family {
            let after = try verdict.specimen.rule(dropping: check)
            guard verdict.rule != after else { continue }
            if let after {
                refusedOtherwise[after, default: []].append(verdict.specimen.name)
            } else {
                accepted.append(verdict.specimen.name)
            }
        }
    }

    /// One line for the log.
    var line: String {
        let otherwise = refusedOtherwise.sorted { $0.key < $1.key }
            .map { "\($0.key): \($0.value.joined(separator: ", "))" }
        return "dropped \(check): accepted \(accepted); refused by another rule \(otherwise)"
    }
}

extension VerdictChanges {
    /// A vector and the rule that refuses it with every check.
    struct Verdict {
        let specimen: Specimen
        let rule: String?

        init(_ specimen: Specimen) throws {
            self.specimen = specimen
            rule = try specimen.rule(dropping: nil)
        }
    }

    /// Those of every check over every vector: measured once, it takes a while.
    static let measured = Result { try measure(Specimen.all) }

    /// Those of every check over the vectors that are made, which are always there.
    static let measuredOfMade = Result { try measure(Specimen.made) }

    private static func measure(_ specimens: [Specimen]) throws -> [CheckUnderTest: VerdictChanges] {
        let verdicts = try specimens.map(Verdict.init)
        let changes = try CheckUnderTest.allCases.map { ($0, try VerdictChanges(dropping: $0, among: verdicts)) }
        return Dictionary(uniqueKeysWithValues: changes)
    }
}
