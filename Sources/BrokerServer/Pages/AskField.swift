/// One field that a provider asks for.
package struct AskField: Sendable, Hashable {
    /// What kind of value is typed; decides keyboard and autofill.
    package enum Kind: Sendable, Hashable, CaseIterable {
        case text, oneTimeCode
    }

    let name: String
    let label: String
    let kind: Kind
    let help: String?
    let value: String?
    let autocomplete: String?
    let error: String?
    let required: Bool

    package init(
        name: String, label: String, kind: Kind = .text, help: String? = nil, value: String? = nil,
        autocomplete: String? = nil, error: String? = nil, required: Bool = true
    ) {
        self.name = name
        self.label = label
        self.kind = kind
        self.help = help
        self.value = value
        self.autocomplete = autocomplete
        self.error = error
        self.required = required
    }
}
