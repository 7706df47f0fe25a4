import Broker

/// Settings from the environment: every scalar of the file has a variable, `VESTIBULE_` and its path in capitals.
struct EnvironmentOverrides: Sendable {
    private var values: [(path: [String], variable: String, value: SettingsValue)] = []

    init(_ environment: [String: String]) {
        for (path, shape) in ServerShape.shape.scalars() {
            let variable = Self.variable(for: path)
            guard let text = environment[variable], !text.isEmpty else { continue }
            values.append((path, variable, Self.value(text, shape)))
        }
    }

    /// The variable of a path: `store.path` has `VESTIBULE_STORE_PATH`, `publicURL` has `VESTIBULE_PUBLIC_URL`.
    static func variable(for path: [String]) -> String {
        "VESTIBULE_" + path.map(words).joined(separator: "_").uppercased()
    }

    /// The document with the environment over it.
    func applied(to document: SettingsValue) -> SettingsValue {
        values.reduce(document) { $0.setting($1.value, at: $1.path[...]) }
    }

    /// A problem that the environment caused, named by its variable.
    func located(_ problem: SettingsError.Problem) -> ConfigurationError.Problem? {
        values.first { problem.path.starts(with: $0.path) }.map { entry in
            .init(
                file: "environment \(entry.variable)", key: ConfigurationError.Problem.key(problem.path),
                text: problem.text)
        }
    }

    private static func value(_ text: String, _ shape: Shape) -> SettingsValue {
        if case .flag = shape {
            text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
        } else {
            .string(text)
        }
    }

    /// `shutdownWithin` is two words, `publicURL` too.
    private static func words(_ key: String) -> String {
        var (text, wasLower) = ("", false)
        for character in key {
            if character.isUppercase, wasLower { text += "_" }
            text.append(character)
            wasLower = character.isLowercase
        }
        return text
    }
}
