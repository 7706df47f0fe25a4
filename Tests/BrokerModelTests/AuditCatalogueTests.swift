import BrokerModel
import Foundation
import Testing

/// The published table of events is the one of the code.
@Suite struct AuditCatalogueTests {
    /// The rows of the table under "Events" in `Documentation/audit.md`, as kind and meaning.
    private static func published() throws -> [String] {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Documentation/audit.md").standardizedFileURL
        let text = try String(contentsOf: page, encoding: .utf8)
        let section = text.components(separatedBy: "\n## ").first { $0.hasPrefix("Events\n") }
        return try #require(section).split(separator: "\n").map(String.init).filter { $0.hasPrefix("| `") }
    }

    @Test(arguments: AuditKind.allCases)
    func `every kind of event is published with its meaning`(kind: AuditKind) throws {
        #expect(try Self.published().contains("| `\(kind.rawValue)` | \(kind.meaning) |"))
    }

    @Test func `nothing is published that does not happen, and nothing twice`() throws {
        #expect(try Self.published().count == AuditKind.allCases.count)
    }

    @Test(arguments: AuditKind.allCases)
    func `a kind is two words and its meaning one sentence`(kind: AuditKind) {
        #expect(kind.rawValue.wholeMatch(of: #/[a-z]+\.[a-z_]+/#) != nil)
        #expect(kind.meaning.first?.isUppercase == true && kind.meaning.hasSuffix("."))
    }
}
