import Broker

/// Goes through a form and the forms in it.
enum FormWalk {
    static func each(
        _ form: SettingsForm, at path: [String] = [], _ body: (String, SettingsField) throws -> Void
    ) throws {
        for field in form.fields {
            let path = path + [field.key]
            try body(path.joined(separator: "."), field)
            if let inner = inner(field.value) { try each(inner, at: path, body) }
        }
    }

    static func requireUnique(_ form: SettingsForm) throws(KitFailure) {
        let keys = form.fields.map(\.key)
        try require(Set(keys).count == keys.count, "a key stands twice among \(keys)")
        for field in form.fields {
            if let inner = inner(field.value) { try requireUnique(inner) }
            if let condition = field.showWhen {
                try require(keys.contains(condition.key), "\(field.key) depends on \(condition.key), which is no field")
            }
        }
    }

    private static func inner(_ value: SettingsField.Value) -> SettingsForm? {
        switch value {
        case .form(let form): form
        case .list(let element), .map(let element): inner(element)
        default: nil
        }
    }

    /// A value that a field of this type cannot take.
    static func wrong(for value: SettingsField.Value) -> JSON {
        switch value {
        case .text, .url, .secret, .choice, .integer, .flag: ["not": "this"]
        case .list, .map, .form: "text"
        }
    }
}

/// Text as it stands behind a key of a YAML file: scalars, and lists and mappings in flow style.
struct FlowText {
    private let text: String

    init(_ text: String) { self.text = text.trimmingBlanks }

    /// The value, read as a field of this type would be.
    func value(of type: SettingsField.Value) -> JSON {
        switch type {
        case .list(let element): .array(parts("[", "]").map { FlowText($0).value(of: element) })
        case .map(let element): .object(pairs { _ in element })
        case .form(let form): .object(pairs { key in form.fields.first { $0.key == key }?.value ?? .text })
        case .integer: Int64(text).map { .integer($0) } ?? .string(text)
        case .flag: text == "true" ? true : text == "false" ? false : .string(text)
        case .text, .url, .choice, .secret: .string(unquoted)
        }
    }

    private var unquoted: String {
        guard text.count >= 2, let quote = text.first, quote == "\"" || quote == "'", text.last == quote else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }

    private func parts(_ open: Character, _ close: Character) -> [String] {
        guard text.first == open, text.last == close else { return [text] }
        var (parts, depth, part) = ([String](), 0, "")
        for character in text.dropFirst().dropLast() {
            if character == "," && depth == 0 {
                parts.append(part)
                part = ""
                continue
            }
            if "[{".contains(character) { depth += 1 }
            if "]}".contains(character) { depth -= 1 }
            part.append(character)
        }
        if !part.trimmingBlanks.isEmpty { parts.append(part) }
        return parts
    }

    private func pairs(_ type: (String) -> SettingsField.Value) -> Claims {
        var pairs: Claims = [:]
        for part in parts("{", "}") {
            let sides = part.split(separator: ":", maxSplits: 1).map { String($0).trimmingBlanks }
            if sides.count == 2 { pairs[sides[0]] = FlowText(sides[1]).value(of: type(sides[0])) }
        }
        return pairs
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        String(drop { $0 == " " || $0 == "\n" }.reversed().drop { $0 == " " || $0 == "\n" }.reversed())
    }
}
