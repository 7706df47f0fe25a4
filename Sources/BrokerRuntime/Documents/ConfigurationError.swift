import Broker

/// What is wrong with a file that an operator wrote: every problem at once, each with its place.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One problem.
    package struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The file, or `environment NAME` for a value that came from there.
        package var file: String
        /// From 1; nil where the place has no line.
        package var line: Int?
        /// From 1.
        package var column: Int?
        /// The keys that lead to the place, such as `outbound.allow[0].cidr`; empty for the whole file.
        package var key: String
        /// One sentence; never the value of a secret.
        package var text: String

        package init(file: String, line: Int? = nil, column: Int? = nil, key: String = "", text: String) {
            self.file = file
            self.line = line
            self.column = column
            self.key = key
            self.text = text
        }

        /// `file:line:column: key: text`.
        package var description: String {
            let place = ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":")
            return ([place] + (key.isEmpty ? [] : [key]) + [text]).joined(separator: ": ")
        }
    }

    /// The problems in the order of the file; never empty.
    package let problems: [Problem]

    package init(_ problems: [Problem]) { self.problems = problems }

    /// One line a problem.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension ConfigurationError.Problem {
    /// A path as operators write it.
    static func key(_ path: [String]) -> String {
        path.reduce(into: "") { text, step in
            if Int(step) != nil { text += "[\(step)]" } else { text += text.isEmpty ? step : ".\(step)" }
        }
    }
}
