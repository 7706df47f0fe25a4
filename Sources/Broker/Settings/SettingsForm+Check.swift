import Foundation

extension SettingsForm {
    /// Every way in which a document does not fit the form.
    ///
    /// `Codable` drops keys that it does not know, so a misspelt `emailEvidence` would silently mean the default; here
    /// it is a problem.
    package func problems(in document: SettingsValue, at path: [String] = []) -> [SettingsError.Problem] {
        guard case .object(let object) = document else {
            return [.init(path: path, text: "must be a mapping")]
        }
        let known = Set(fields.map(\.key))
        let unknown = object.keys.filter { !known.contains($0) }.sorted().map { key in
            SettingsError.Problem(
                path: path + [key], text: "is not a setting here; known: \(known.sorted().joined(separator: ", "))")
        }
        return unknown
            + fields.flatMap { field -> [SettingsError.Problem] in
                switch object[field.key] {
                case nil where field.isRequired:
                    [.init(path: path + [field.key], text: "is required (\(field.label))")]
                case nil: []
                case .some(let value): field.value.problems(in: value, at: path + [field.key])
                }
            }
    }
}

extension SettingsField.Value {
    fileprivate func problems(in value: SettingsValue, at path: [String]) -> [SettingsError.Problem] {
        switch (self, value) {
        case (.text, .string(let text)) where !text.isEmpty: []
        case (.text, _): [.init(path: path, text: "must be text that is not empty")]
        case (.url, .string(let text)): urlProblems(text, at: path)
        case (.url, _): [.init(path: path, text: "must be a URL")]
        case (.integer(let range), .integer(let number)) where range.contains(Int(clamping: number)): []
        case (.integer(let range), _):
            [.init(path: path, text: "must be a whole number from \(range.lowerBound) to \(range.upperBound)")]
        case (.flag, .bool): []
        case (.flag, _): [.init(path: path, text: "must be true or false")]
        case (.choice(let words), .string(let word)) where words.contains(word): []
        case (.choice(let words), _): [.init(path: path, text: "must be one of \(words.joined(separator: ", "))")]
        case (.secret, .string(let text)) where SecretReference(text) != nil: []
        case (.secret, _):
            [.init(path: path, text: "must say where the secret is, env:NAME or file:PATH, and never be the secret")]
        case (.list(let element), .array(let values)):
            values.enumerated().flatMap { element.problems(in: $1, at: path + [String($0)]) }
        case (.list, _): [.init(path: path, text: "must be a list")]
        case (.map(let element), .object(let object)):
            object.sorted { $0.key < $1.key }.flatMap { element.problems(in: $1, at: path + [$0]) }
        case (.map, _): [.init(path: path, text: "must be a mapping")]
        case (.form(let form), let value): form.problems(in: value, at: path)
        }
    }

    private func urlProblems(_ text: String, at path: [String]) -> [SettingsError.Problem] {
        // Foundation escapes what a URL may not hold, so that a blank in the middle would pass unseen.
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let url = URL(string: text),
            let host = url.host(), !host.isEmpty
        else {
            return [.init(path: path, text: "must be an absolute URL")]
        }
        guard url.scheme == "https" || (url.scheme == "http" && LoopbackHost.matches(host)) else {
            return [.init(path: path, text: "must be https (http is for loopback and *.localhost only)")]
        }
        guard url.user() == nil, url.password() == nil, url.fragment() == nil else {
            return [.init(path: path, text: "must not carry a user name, a password or a fragment")]
        }
        return []
    }
}

/// Hosts on which plain http is safe because nothing leaves the machine.
package enum LoopbackHost {
    /// Whether a host is loopback or under `.localhost` (RFC 6761 6.3).
    package static func matches(_ host: String) -> Bool {
        let host = host.lowercased()
        return host == "localhost" || host.hasSuffix(".localhost") || host == "127.0.0.1" || host == "::1"
            || host == "[::1]"
    }
}
