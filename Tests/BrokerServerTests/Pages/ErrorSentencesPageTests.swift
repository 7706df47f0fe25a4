import BrokerServer
import Foundation
import Testing

/// The sentences in `Documentation/error-codes.md` are those that people read.
@Suite struct ErrorSentencesPageTests {
    private struct Row {
        let code: String
        let cells: [String]
    }

    private static func rows() throws -> [Row] {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Documentation/error-codes.md").standardizedFileURL
        return try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { line in
                let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
                return Row(code: cells[0].trimmingCharacters(in: ["`"]), cells: Array(cells.dropFirst()))
            }
    }

    @Test func `each code's sentence is that of its page, and marked where it is the general one`() throws {
        let rows = try Self.rows()
        for row in rows {
            let title = Texts.english.message(forCode: row.code).title
            let isOwn = Texts.english.errors[row.code] != nil
            #expect(row.cells.contains(isOwn ? title : "\(title) ¹"), "\(row.code)")
        }
        #expect(rows.count > 30)
    }
}
