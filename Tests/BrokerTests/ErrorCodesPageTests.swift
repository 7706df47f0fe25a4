import Broker
import Foundation
import Testing

/// Holds the pages of `Documentation/` against the code that they describe.
@Suite struct ErrorCodesPageTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The codes in the first column of one section's table.
    private static func codes(under heading: String) throws -> [String] {
        let sections = try text("Documentation/error-codes.md").components(separatedBy: "\n## ")
        let section = try #require(sections.first { $0.hasPrefix(heading) })
        return section.matches(of: #/(?m)^\| `([a-z_]+)` \|/#).map { String($0.output.1) }
    }

    /// Every code that `LoginError.Code` names, read from its source: a struct with static members lists none of them.
    private static func declared() throws -> [String] {
        try text("Sources/Broker/Login/LoginError.swift").matches(of: #/static let \w+: Self = "([a-z_]+)"/#)
            .map { String($0.output.1) }
    }

    @Test func `every code of a failed login is explained once, and no other`() throws {
        let codes = try Self.codes(under: "A login that failed")
        #expect(codes.sorted() == (try Self.declared()).sorted())
        #expect(codes.contains(LoginError.Code.emailConflict.rawValue))
    }

    @Test func `every reason of a denial is explained once, and no other`() throws {
        let codes = try Self.codes(under: "A login that was denied")
        #expect(codes.sorted() == Denial.Reason.allCases.map(\.rawValue).sorted())
    }

    @Test func `a row says what the person reads, what happened and what to do`() throws {
        let rows = try Self.text("Documentation/error-codes.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
        for row in rows {
            let cells = row.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
            #expect(cells.allSatisfy { !$0.allSatisfy(\.isWhitespace) }, "\(row)")
        }
        #expect(rows.count > 30)
    }
}
