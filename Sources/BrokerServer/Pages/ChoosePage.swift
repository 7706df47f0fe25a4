/// The picker among several connections of one organization.
package struct ChoosePage: Page {
    package static let template = "choose"

    let action: PageURL
    let transaction: String
    let organization: String?
    let email: String?
    let choices: [Choice]
    let otherEmail: PageURL
    let support: Support?

    /// A remembered choice moves to the front; the others keep their order.
    package init(
        action: PageURL, transaction: String, organization: String? = nil, email: String? = nil, choices: [Choice],
        otherEmail: PageURL, support: Support? = nil
    ) {
        self.action = action
        self.transaction = transaction
        self.organization = organization
        self.email = email
        self.choices = choices.filter(\.remembered) + choices.filter { !$0.remembered }
        self.otherEmail = otherEmail
        self.support = support
    }

    package var words: [String: String] { organization.map { ["organization": $0] } ?? [:] }
}
