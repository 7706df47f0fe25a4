import Broker
import Yams

/// Writes values as YAML, keys in the order given, text quoted wherever a reader could take it for something else.
enum YAMLWriter {
    /// A value whose mappings keep their order.
    indirect enum Value {
        case text(String)
        case literal(String)
        case list([Value], isInline: Bool = false)
        case mapping([(String, Value)], isInline: Bool = false)
    }

    static func write(_ value: Value) -> String {
        // Emitting fails only where memory does.
        (try? Yams.serialize(node: node(value), width: -1, allowUnicode: true)) ?? ""
    }

    private static func node(_ value: Value) -> Node {
        switch value {
        case .text(let text): scalar(text)
        case .literal(let word): Node(word, .implicit, .plain)
        case .list(let values, let isInline):
            Node(values.map(node), .implicit, isInline || values.isEmpty ? .flow : .block)
        case .mapping(let members, let isInline):
            Node(
                members.map { (scalar($0.0), node($0.1)) }, .implicit,
                isInline || members.isEmpty ? .flow : .block)
        }
    }

    private static func scalar(_ text: String) -> Node {
        Node(text, Tag(.str), PlainScalar.isSafe(text) ? .plain : .doubleQuoted)
    }
}

extension YAMLWriter.Value {
    /// A settings value; its keys sorted, for it kept no order.
    init(_ value: SettingsValue) {
        switch value {
        case .object(let object): self = .mapping(object.sorted { $0.key < $1.key }.map { ($0, Self($1)) })
        case .array(let values): self = .list(values.map { Self($0) })
        case .string(let text): self = .text(text)
        case .integer(let number): self = .literal(String(number))
        case .number(let number): self = .literal(String(number))
        case .bool(let flag): self = .literal(flag ? "true" : "false")
        case .null: self = .literal("null")
        }
    }
}
