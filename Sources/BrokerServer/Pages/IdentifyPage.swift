/// "Sign in to …": asks for the work e-mail, offers what was used last time and what everyone may use.
///
/// All its forms post to `action` with ``FormField/transaction`` and one of ``FormField/email``,
/// ``FormField/connection`` or ``FormField/forget``.
package struct IdentifyPage: Page {
    package static let template = "identify"

    let action: PageURL
    let transaction: String
    let email: String?
    let error: String?
    let choices: [Choice]
    let hasChoices: Bool
    let remembered: Remembered?
    /// A remembered connection is one press away, so the keyboard stays there; an error takes it to the field.
    let focusEmail: Bool
    let support: Support?

    package init(
        action: PageURL, transaction: String, email: String? = nil, error: String? = nil, choices: [Choice] = [],
        remembered: Remembered? = nil, support: Support? = nil
    ) {
        self.action = action
        self.transaction = transaction
        self.email = email
        self.error = error
        self.choices = choices
        hasChoices = !choices.isEmpty
        self.remembered = remembered
        focusEmail = remembered == nil || error != nil
        self.support = support
    }

    package var words: [String: String] { remembered.map { ["connection": $0.label] } ?? [:] }
}
