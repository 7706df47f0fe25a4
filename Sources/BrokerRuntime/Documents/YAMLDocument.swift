package import Broker
import Foundation
import Yams

/// A YAML file as a value, with the place of every key.
///
/// Plain scalars are read by the core schema of YAML 1.2: `no` and `on` are text, `true` and `false` are not.
package struct YAMLDocument: Sendable {
    /// The name under which problems are reported.
    package let file: String
    /// What the file says; an empty file is an empty mapping.
    package let value: SettingsValue
    private let marks: [[String]: Mark]

    /// The most octets that are read.
    package static let maximumOctets = 4 << 20
    private static let maximumDepth = 32
    /// The most values of one file, aliases expanded.
    static let maximumNodes = 100_000

    /// Reads a file.
    package static func load(
        _ file: String, maximumOctets: Int = maximumOctets
    ) throws(ConfigurationError) -> YAMLDocument {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw ConfigurationError([.init(file: file, text: "cannot be read")])
        }
        defer { try? handle.close() }
        let octets = (try? handle.read(upToCount: maximumOctets + 1)) ?? Data()
        guard octets.count <= maximumOctets, let text = String(validating: octets, as: UTF8.self) else {
            throw ConfigurationError([.init(file: file, text: "is larger than \(maximumOctets >> 10) KiB or not UTF-8")]
            )
        }
        return try YAMLDocument(text, file: file)
    }

    /// Reads a text.
    package init(_ text: String, file: String) throws(ConfigurationError) {
        self.file = file
        do {
            var walk = Walk()
            value = try Yams.compose(yaml: text).map { try walk.value(of: $0, at: []) } ?? .object([:])
            marks = walk.marks
        } catch {
            throw ConfigurationError([Self.problem(error, file: file)])
        }
    }

    /// Where a path is: its last key that the file has.
    func located(_ problem: SettingsError.Problem) -> ConfigurationError.Problem {
        var path = problem.path
        while !path.isEmpty, marks[path] == nil { path.removeLast() }
        let mark = marks[path]
        return ConfigurationError.Problem(
            file: file, line: mark?.line, column: mark?.column, key: ConfigurationError.Problem.key(problem.path),
            text: problem.text)
    }

    private static func problem(_ error: any Error, file: String) -> ConfigurationError.Problem {
        switch error {
        case let error as Walk.Refusal:
            return .init(file: file, line: error.mark?.line, column: error.mark?.column, text: error.text)
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            return .init(file: file, line: mark.line, column: mark.column, text: "is not YAML: \(problem)")
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.sorted().joined(separator: ", ")
            return .init(
                file: file, line: context.mark.line, column: context.mark.column, key: keys, text: "is there twice")
        default: return .init(file: file, text: "is not YAML")
        }
    }

    /// Turns nodes into values and notes where they stood.
    private struct Walk {
        struct Refusal: Error {
            var mark: Mark?
            var text: String
        }

        var marks: [[String]: Mark] = [:]
        private var nodes = 0

        mutating func value(of node: Node, at path: [String]) throws -> SettingsValue {
            guard path.count <= YAMLDocument.maximumDepth else {
                throw Refusal(mark: node.mark, text: "is nested too deeply")
            }
            // A list's element has the mark of its own; a mapping's value is found by its key.
            if marks[path] == nil { marks[path] = node.mark }
            // Aliases come expanded: nine levels of nine are a billion nodes in one kilobyte.
            nodes += 1
            guard nodes <= YAMLDocument.maximumNodes else {
                throw Refusal(mark: node.mark, text: "is more than a file of this kind can hold")
            }
            switch node {
            case .scalar(let scalar): return PlainScalar.value(of: scalar)
            case .sequence(let sequence):
                return .array(try sequence.enumerated().map { try value(of: $1, at: path + [String($0)]) })
            case .mapping(let mapping):
                var object: [String: SettingsValue] = [:]
                for (key, node) in mapping {
                    guard let name = key.scalar?.string else {
                        throw Refusal(mark: key.mark, text: "a key must be text")
                    }
                    marks[path + [name]] = key.mark
                    object[name] = try value(of: node, at: path + [name])
                }
                return .object(object)
            case .alias: throw Refusal(mark: node.mark, text: "aliases are not read here")
            }
        }
    }
}
