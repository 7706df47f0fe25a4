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
    let type: String
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
        type = field.kind.inputType
        inputMode = field.kind.inputMode
        autocomplete = field.autocomplete ?? field.kind.autocomplete
        code = field.kind == .oneTimeCode
        // A password is never written back into a page.
        value = field.kind == .password ? nil : field.value
        help = field.help.map { Help(helpID: "\(id)-help", text: $0) }
        error = field.error.map { Problem(errorID: "\(id)-error", text: $0) }
        let described = [field.help.map { _ in "\(id)-help" }, field.error.map { _ in "\(id)-error" }]
        describedBy = described.allSatisfy { $0 == nil } ? nil : described.compactMap(\.self).joined(separator: " ")
        invalid = field.error != nil
        required = field.required
        self.focus = focus
    }
}

extension AskField.Kind {
    var inputType: String {
        switch self {
        case .text, .oneTimeCode, .number: "text"
        case .email: "email"
        case .password: "password"
        case .telephone: "tel"
        case .url: "url"
        }
    }

    var inputMode: String? {
        switch self {
        case .oneTimeCode, .number: "numeric"
        case .email: "email"
        case .telephone: "tel"
        case .url: "url"
        case .text, .password: nil
        }
    }

    var autocomplete: String {
        switch self {
        case .email: "email"
        case .password: "current-password"
        case .oneTimeCode: "one-time-code"
        case .telephone: "tel"
        case .text, .number, .url: "off"
        }
    }
}
