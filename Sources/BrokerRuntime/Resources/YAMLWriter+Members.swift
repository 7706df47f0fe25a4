/// Values of resources as they are written.
extension YAMLWriter.Value {
    /// Members of a mapping, of which absent ones are left out.
    static func members(_ members: [(String, Self?)]) -> Self {
        .mapping(members.compactMap { name, value in value.map { (name, $0) } })
    }

    /// `true` or `false`.
    static func flag(_ flag: Bool) -> Self { .literal(flag ? "true" : "false") }

    /// A text; absent where it is the standard one.
    static func text(_ text: String?, unless standard: String?) -> Self? {
        text == standard ? nil : text.map { .text($0) }
    }

    /// Texts on one line; absent where there are none.
    static func texts(_ texts: [String]) -> Self? {
        texts.isEmpty ? nil : .list(texts.map { .text($0) }, isInline: true)
    }

    /// Numbers on one line, in order; absent where there are none.
    static func numbers(_ numbers: some Sequence<Int64>) -> Self? {
        let literals = numbers.sorted().map { Self.literal(String($0)) }
        return literals.isEmpty ? nil : .list(literals, isInline: true)
    }

    /// A mapping of one member.
    static func single(_ key: String, _ value: Self) -> Self { .mapping([(key, value)], isInline: true) }
}
