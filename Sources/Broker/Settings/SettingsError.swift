/// What is wrong with settings: every problem at once, each with the path to the key.
public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One problem.
    public struct Problem: Sendable, Hashable {
        /// The keys that lead to the place, list positions as decimal numbers.
        public let path: [String]
        /// One sentence; never the value of a secret.
        public let text: String

        /// A problem.
        public init(path: [String], text: String) {
            self.path = path
            self.text = text
        }
    }

    /// The problems in the order found; never empty.
    public let problems: [Problem]

    /// Several problems.
    public init(_ problems: [Problem]) { self.problems = problems }

    /// One problem.
    public init(at path: [String], _ text: String) { problems = [Problem(path: path, text: text)] }

    /// One line per problem, path first.
    public var description: String {
        problems.map { $0.path.isEmpty ? $0.text : "\($0.path.joined(separator: ".")): \($0.text)" }
            .joined(separator: "\n")
    }
}
