package import Broker
package import BrokerEngine
import BrokerModel
import Foundation

/// JSON Schema (2020-12) of the two files, made of the shapes that check them.
package enum JSONSchema {
    /// The schema of the server's settings.
    package static func server() -> String {
        text(ServerShape.shape, title: "Vestibule server settings", forms: SchemaForms())
    }

    /// The schema of the resources, with the settings of every provider and facade kind of this executable.
    package static func resources(_ providers: ProviderRegistry, facades: FacadeRegistry) -> String {
        text(ResourceShape.shape, title: "Vestibule resources", forms: SchemaForms(providers, facades))
    }

    private static func text(_ shape: Shape, title: String, forms: SchemaForms) -> String {
        var schema = shape.schema(forms).members
        schema["$schema"] = .string("https://json-schema.org/draft/2020-12/schema")
        schema["title"] = .string(title)
        let named = shape.named
        if !named.isEmpty { schema["$defs"] = .object(named.mapValues { $0.schema(forms) }) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(SettingsValue.object(schema))).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    static let secret: SettingsValue = .object([
        "type": .string("string"), "pattern": .string("^(env|file):.+$"),
        "description": .string("Where the secret is: env:NAME or file:PATH."),
    ])
}

/// The forms that a schema describes settings by, under the names of their kinds.
struct SchemaForms: Sendable {
    private(set) var providers: [String: SettingsForm] = [:]
    private(set) var facades: [String: SettingsForm] = [:]

    init() {}

    init(_ providers: ProviderRegistry, _ facades: FacadeRegistry) {
        for kind in providers.kinds { self.providers[kind.rawValue] = providers.type(of: kind)?.form }
        for kind in facades.kinds { self.facades[kind.rawValue] = facades.type(of: kind)?.form }
    }
}

extension Shape {
    /// The schema of this shape.
    func schema(_ forms: SchemaForms) -> SettingsValue {
        switch self {
        case .text(let form):
            .object(
                ["type": .string("string"), "description": .string("Must be \(form.name).")]
                    .merging(form.pattern.map { ["pattern": .string($0)] } ?? [:]) { first, _ in first })
        case .flag: .object(["type": .string("boolean")])
        case .integer(let range):
            .object([
                "type": .string("integer"), "minimum": .integer(range.lowerBound),
                "maximum": .integer(range.upperBound),
            ])
        case .choice(let words): .object(["enum": .array(words.map { .string($0) })])
        case .secret: JSONSchema.secret
        case .list(let element): .object(["type": .string("array"), "items": element.schema(forms)])
        case .some(let element):
            .object(["type": .string("array"), "items": element.schema(forms), "minItems": .integer(1)])
        case .map(let element): .object(["type": .string("object"), "additionalProperties": element.schema(forms)])
        case .object(let members): Self.schema(members, forms)
        case .oneOf(let members):
            .object(
                Self.schema(members, forms).members.merging([
                    "minProperties": .integer(1), "maxProperties": .integer(1),
                ]) { first, _ in first })
        case .variant(let members, let choices): Self.schema(members, oneOf: choices, forms)
        case .named(let name, _): .object(["$ref": .string("#/$defs/\(name)")])
        case .either(let scalar, let mapping):
            .object(["anyOf": .array([scalar.schema(forms), mapping.schema(forms)])])
        case .settings: .object(["type": .string("object")])
        case .facades:
            .object([
                "type": .string("object"), "additionalProperties": .bool(false),
                "properties": .object(forms.facades.mapValues(\.schema)),
            ])
        }
    }

    private static func schema(_ members: [Member], _ forms: SchemaForms) -> SettingsValue {
        var schema: [String: SettingsValue] = [
            "type": .string("object"), "additionalProperties": .bool(false),
            "properties": .object(
                Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.schema(forms)) })),
        ]
        let required = members.filter(\.isRequired).map { SettingsValue.string($0.key) }
        if !required.isEmpty { schema["required"] = .array(required) }
        if members.contains(where: { if case .settings = $0.shape { true } else { false } }) {
            schema["allOf"] = .array(forms.providers.sorted { $0.key < $1.key }.map { condition($0, $1) })
        }
        return .object(schema)
    }

    /// The members, with one of the choices required and the others not there.
    private static func schema(
        _ members: [Member], oneOf choices: [Member], _ forms: SchemaForms
    ) -> SettingsValue {
        var schema = schema(members + choices, forms).members
        schema["oneOf"] = .array(choices.map { .object(["required": .array([.string($0.key)])]) })
        return .object(schema)
    }

    /// Where the kind is this one, the settings are of its form.
    private static func condition(_ kind: String, _ form: SettingsForm) -> SettingsValue {
        let isKind = SettingsValue.object(["properties": .object(["kind": .object(["const": .string(kind)])])])
        return .object(["if": isKind, "then": .object(["properties": .object(["settings": form.schema])])])
    }
}

extension Shape.Member {
    fileprivate func schema(_ forms: SchemaForms) -> SettingsValue {
        var schema = shape.schema(forms).members
        schema["description"] = .string(
            [help, schema["description"]?.text].compactMap(\.self).joined(separator: " "))
        if let standard { schema["default"] = PlainScalar.standard(standard, for: shape) }
        return .object(schema)
    }
}

extension PlainScalar {
    /// A standard as typed, as a value: `[]` is a list, `true` a flag where flags stand.
    fileprivate static func standard(_ text: String, for shape: Shape) -> SettingsValue {
        switch shape {
        case .list: .array([])
        case .flag: .bool(text == "true")
        default: .string(text)
        }
    }
}
