import Broker

/// Reads a document whose shape was checked; what does not fit reads as absent.
extension SettingsValue {
    /// The value behind a path of keys.
    func at(_ path: [String]) -> SettingsValue? {
        path.reduce(Optional(self)) { value, key in value?[key] }
    }

    /// The text under a key.
    func text(_ key: String) -> String? { self[key]?.text }

    /// Yes or no under a key.
    func flag(_ key: String) -> Bool? { if case .bool(let flag) = self[key] { flag } else { nil } }

    /// The whole number under a key, written as such or, in the environment, as text.
    func number(_ key: String) -> Int? {
        switch self[key] {
        case .integer(let number): Int(exactly: number)
        case .string(let text): Int(text)
        default: nil
        }
    }

    /// The duration under a key.
    func duration(_ key: String) -> Duration? { text(key).flatMap { DurationText.parse($0) } }

    /// The list under a key; nil where it is absent.
    func list(_ key: String) -> [SettingsValue]? { self[key]?.elements }

    /// The texts of the list under a key.
    func texts(_ key: String) -> [String] { (list(key) ?? []).compactMap(\.text) }

    /// The whole numbers of the list under a key.
    func numbers(_ key: String) -> [Int64] {
        (list(key) ?? []).compactMap { element in
            if case .integer(let number) = element { number } else { element.text.flatMap { Int64($0) } }
        }
    }

    /// The elements of a list.
    var elements: [SettingsValue]? { if case .array(let values) = self { values } else { nil } }

    /// The members of a mapping.
    var members: [String: SettingsValue] { if case .object(let object) = self { object } else { [:] } }

    /// This value with another one at a path, mappings made on the way.
    func setting(_ value: SettingsValue, at path: ArraySlice<String>) -> SettingsValue {
        guard let key = path.first else { return value }
        var object = members
        object[key] = (object[key] ?? .object([:])).setting(value, at: path.dropFirst())
        return .object(object)
    }
}
