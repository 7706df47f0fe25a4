/// A field as the template writes it: HTML attributes, and identifiers that tie label, help and error to the input.
struct AskInput: Sendable {
    struct Help: Sendable {
        let helpID: String
        let text: String
    }

    struct Problem: Sendable {
        let errorID: String
        let text: String
    }

    let inputID: String
    let name: String
    let label: String
    let inputMode: String?
    let autocomplete: String
    let code: Bool
    let value: String?
    let help: Help?
    let error: Problem?
    let describedBy: String?
    let invalid: Bool
    let required: Bool
    let focus: Bool

    /// Identifiers come from the position, not from the name, which a provider chooses freely.
    init(_ field: AskField, position: Int, focus: Bool) {
        let id = "field-\(position)"
        inputID = id
        name = field.name
        label = field.label
        code = field.kind == .oneTimeCode
        inputMode = code ? "numeric" : nil
        autocomplete = field.autocomplete ?? (code ? "one-time-code" : "off")
        value = field.value
        help = field.help.map { Help(helpID: "\(id)-help", text: $0) }
        error = field.error.map { Problem(errorID: "\(id)-error", text: $0) }
        let described = [field.help.map { _ in "\(id)-help" }, field.error.map { _ in "\(id)-error" }]
        describedBy = described.allSatisfy { $0 == nil } ? nil : described.compactMap(\.self).joined(separator: " ")
        invalid = field.error != nil
        required = field.required
        self.focus = focus
    }
}
