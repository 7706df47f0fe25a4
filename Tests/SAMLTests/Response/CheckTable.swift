@testable import SAML

/// The table "one check, one vector" as a page.
enum CheckTable {
    static func text() throws -> String {
        var lines = [
            "# Checks of SAML messages, and the vector that each one alone refuses", "",
            "One row for each check that the verifier has as a value, in the order in which they run.",
            "A test drops one check at a time and reads every vector. The third column holds those that are",
            "then accepted: no other check stands in for this one. Where another rule refuses a vector",
            "then, the last column says which: a second barrier.", "",
            "`MutationTests` holds this page against what it measures, and writes it with",
            "`VESTIBULE_WRITE_PAGES=1`. Files are those of `Conformance/Vectors/own-dev/saml`; the other",
            "vectors are made and signed while the test runs.",
        ]
        var list = ""
        for check in CheckUnderTest.allCases {
            if check.list != list {
                list = check.list
                lines += [
                    "", "## \(list)", "", "| check | clause, rule | refused by it alone | second barrier |",
                    "|---|---|---|---|",
                ]
            }
            lines.append(try row(check))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func row(_ check: CheckUnderTest) throws -> String {
        let changes = try unwrap(VerdictChanges.measured.get()[check])
        let (clause, rule) = check.clauseAndRule
        let alone = changes.accepted.joined(separator: "; ")
        let otherwise = changes.refusedOtherwise.sorted { $0.key < $1.key }
            .map { "\($0.value.joined(separator: "; ")): then `\($0.key)`" }.joined(separator: ". ")
        return "| `\(check.name)` | \(clause), \(rule) | \(alone) | \(otherwise.isEmpty ? "none" : otherwise) |"
    }
}
