@testable import SAML

/// What comes out otherwise when one check is dropped.
struct VerdictChanges {
    let check: CheckUnderTest
    /// Vectors that are taken now: nothing else refuses them.
    private(set) var accepted: [String] = []
    /// Vectors that another rule refuses now, by rule.
    private(set) var refusedOtherwise: [String: [String]] = [:]

    init(dropping check: CheckUnderTest) throws {
        self.check = check
        for specimen in Specimen.all where specimen.family == check.family {
            let (before, after) = (try specimen.rule(dropping: nil), try specimen.rule(dropping: check))
            guard before != after else { continue }
            if let after {
                refusedOtherwise[after, default: []].append(specimen.name)
            } else {
                accepted.append(specimen.name)
            }
        }
    }

    /// One line for the log.
    var line: String {
        let otherwise = refusedOtherwise.sorted { $0.key < $1.key }.map {
            "\($0.key): \($0.value.joined(separator: ", "))"
        }
        return "dropped \(check): accepted \(accepted); refused by another rule \(otherwise)"
    }
}
