import Broker
import Foundation

/// Reads one setting as it is typed, in answer to a question or behind `--set key=`.
enum SettingText {
    /// The value of a text; what does not fit stays text, for the form to say so.
    static func value(_ text: String, as kind: SettingsField.Value) -> SettingsValue {
        switch kind {
        case .text, .url, .choice, .secret: .string(text)
        case .integer: Int64(text).map { .integer($0) } ?? .string(text)
        case .flag: flag(text)
        case .list(let element): list(text, of: element)
        case .map(let element): map(text, to: element)
        case .form: json(text) ?? .string(text)
        }
    }

    private static func flag(_ text: String) -> SettingsValue {
        switch text.lowercased() {
        case "yes", "y", "true": .bool(true)
        case "no", "n", "false": .bool(false)
        default: .string(text)
        }
    }

    /// `a, b`, `[a, b]` or JSON.
    private static func list(_ text: String, of element: SettingsField.Value) -> SettingsValue {
        if case .array? = json(text) { return json(text) ?? .null }
        return .array(parts(text, "[", "]").map { value(plain($0), as: element) })
    }

    /// `a=b, c=d`, `{a: b}` or JSON.
    private static func map(_ text: String, to element: SettingsField.Value) -> SettingsValue {
        if case .object? = json(text) { return json(text) ?? .null }
        var object: [String: SettingsValue] = [:]
        for part in parts(text, "{", "}") {
            let pair = part.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "=" || $0 == ":" }
            guard pair.count == 2 else { return .string(text) }
            object[plain(String(pair[0]))] = value(plain(String(pair[1])), as: element)
        }
        return .object(object)
    }

    private static func parts(_ text: String, _ open: String, _ close: String) -> [String] {
        let isWrapped = text.hasPrefix(open) && text.hasSuffix(close) && text.count > 1
        let inner = isWrapped ? String(text.dropFirst().dropLast()) : text
        return inner.split(separator: ",").map(String.init).filter { !plain($0).isEmpty }
    }

    private static func plain(_ text: String) -> String {
        text.trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
    }

    private static func json(_ text: String) -> SettingsValue? {
        try? JSONDecoder().decode(SettingsValue.self, from: Data(text.utf8))
    }

    /// Every way in which a value does not fit its field; no problem's text holds the value.
    static func problems(in value: SettingsValue, of field: SettingsField) -> [String] {
        SettingsForm([field]).problems(in: .object([field.key: value])).map { problem in
            problem.path.count > 1 ? "\(problem.path.dropFirst().joined(separator: ".")) \(problem.text)" : problem.text
        }
    }
}
