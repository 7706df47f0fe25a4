import Broker

extension SettingsForm {
    /// The schema of a provider kind's settings.
    var schema: SettingsValue {
        var schema: [String: SettingsValue] = [
            "type": .string("object"), "additionalProperties": .bool(false),
            "properties": .object(Dictionary(fields.map { ($0.key, $0.schema) }) { first, _ in first }),
        ]
        let required = fields.filter(\.isRequired).map { SettingsValue.string($0.key) }
        if !required.isEmpty { schema["required"] = .array(required) }
        return .object(schema)
    }
}

extension SettingsField {
    fileprivate var schema: SettingsValue {
        var schema = value.schema.members
        if let documents { schema = Self.named(documents, or: schema) }
        schema["title"] = .string(label)
        schema["description"] = .string(standard.map { "\(help) Standard: \($0)." } ?? help)
        if let example { schema["examples"] = .array([.string(example)]) }
        return .object(schema)
    }
}

extension SettingsField {
    /// A document, or its name.
    private static func named(
        _ documents: [String: SettingsValue], or written: [String: SettingsValue]
    ) -> [String: SettingsValue] {
        let names = SettingsValue.object(["enum": .array(documents.keys.sorted().map { .string($0) })])
        let file = SettingsValue.object(["type": .string("string"), "pattern": .string(#"^\./.+\.ya?ml$"#)])
        return ["anyOf": .array([names, file, .object(written)])]
    }
}

extension SettingsField.Value {
    fileprivate var schema: SettingsValue {
        switch self {
        case .text: .object(["type": .string("string"), "minLength": .integer(1)])
        case .url: .object(["type": .string("string"), "format": .string("uri")])
        case .integer(let range):
            .object([
                "type": .string("integer"), "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)),
            ])
        case .flag: .object(["type": .string("boolean")])
        case .choice(let words): .object(["enum": .array(words.map { .string($0) })])
        case .secret: JSONSchema.secret
        case .list(let element): .object(["type": .string("array"), "items": element.schema])
        case .map(let element): .object(["type": .string("object"), "additionalProperties": element.schema])
        case .form(let form): form.schema
        }
    }
}
