@testable import SAML

/// The table "one check, one vector" as a page.
enum CheckTable {
    /// Checks behind which a second barrier stands and would refuse the same by its own rule.
    ///
    /// They stay because they name the cause.
    static let barriers: [CheckUnderTest: String] = [
        .signature("reference"):
            "xmlsec opens references within the document only, and what it hashed must be the element",
        .signature("digestOfNothing"): "the digest is computed anew, and hashing nothing refuses",
        .response("conditions"): "`audience`",
        .response("bearer"): "`recipient`, `confirmationRequest`, `confirmationTime`",
        .response("authnStatement"): "`authnInstant`",
    ]

    static func text() throws -> String {
        var lines = [
            "# Checks of SAML messages, and the vector that each one alone refuses", "",
            "One row for each check that the verifier has as a value, in the order in which they run.",
            "A test drops one check at a time and reads every vector. The third column holds those that are",
            "then accepted: no other check stands in for this one. Where another rule refuses a vector",
            "then, the last column says which.", "",
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
        let alone = changes.accepted.isEmpty ? "none" : changes.accepted.joined(separator: "; ")
        let otherwise = changes.refusedOtherwise.sorted { $0.key < $1.key }
            .map { "\($0.value.joined(separator: "; ")): then `\($0.key)`" }.joined(separator: ". ")
        let barrier = [barriers[check], otherwise.isEmpty ? nil : otherwise].compactMap { $0 }.joined(separator: ". ")
        return "| `\(check.name)` | \(clause), \(rule) | \(alone) | \(barrier.isEmpty ? "none" : barrier) |"
    }
}
