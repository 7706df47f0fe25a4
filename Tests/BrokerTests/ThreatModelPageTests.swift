import Foundation
import Testing

/// A threat model that names a test or a source file which is not there proves nothing.
@Suite struct ThreatModelPageTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL

    private static func page(_ name: String = "threat-model") throws -> String {
        try String(contentsOf: root.appendingPathComponent("Documentation/\(name).md"), encoding: .utf8)
    }

    /// The texts of every test file, by the file's name; several rooms may have files of one name.
    private static func testFiles() throws -> [String: [String]] {
        let folder = root.appendingPathComponent("Tests")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        return try Dictionary(grouping: names) { String($0.split(separator: "/").last ?? "") }.mapValues { paths in
            try paths.map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
        }
    }

    /// The page, and the least number of tests that it names.
    @Test(arguments: [("threat-model", 40), ("provider-cases", 20)])
    func `every test that the threat model names is there`(page: String, least: Int) throws {
        let files = try Self.testFiles()
        let named = try Self.page(page).matches(of: #/`(\w+Tests\.swift)`: `([^`]+)`/#)
        for match in named {
            let (file, sentence) = (String(match.output.1), String(match.output.2))
            #expect(files[file]?.contains { $0.contains("func `\(sentence)`") } == true, "\(file): \(sentence)")
        }
        #expect(named.count > least)
    }

    @Test func `every numbered case of other brokers' mistakes has its line, in order`() throws {
        let numbers = try Self.page("provider-cases").matches(of: #/\n\| (\d+) \|/#).compactMap { Int($0.output.1) }
        #expect(numbers == Array(1...32))
    }

    @Test func `every source file that the threat model names by its path is there`() throws {
        let named = try Self.page().matches(of: #/`((?:\w+/)+[\w+]+\.swift)`/#).map { String($0.output.1) }
        for path in Set(named) {
            let file = Self.root.appendingPathComponent("Sources").appendingPathComponent(path).path
            #expect(FileManager.default.fileExists(atPath: file), "\(path)")
        }
        #expect(!named.isEmpty)
    }
}
