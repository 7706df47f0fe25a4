/// One way to sign in that a person can pick.
package struct Choice: Sendable, Hashable {
    /// The connection's identifier, posted back as `connection`.
    let id: String
    /// What the person reads, such as "Acme staff".
    let label: String
    let hint: String?
    /// The person used this one last time in this browser.
    let remembered: Bool
    let initial: String

    package init(id: String, label: String, hint: String? = nil, remembered: Bool = false) {
        self.id = id
        self.label = label
        self.hint = hint
        self.remembered = remembered
        initial = Self.initial(of: label)
    }

    static func initial(of name: String) -> String {
        name.first(where: { $0.isLetter || $0.isNumber })?.uppercased() ?? "•"
    }
}

/// The connection that this browser used last time.
package struct Remembered: Sendable, Hashable {
    let id: String
    let label: String
    let email: String?
    let initial: String

    package init(id: String, label: String, email: String? = nil) {
        self.id = id
        self.label = label
        self.email = email
        initial = Choice.initial(of: label)
    }
}
