/// Asks before signing out, so that a link from elsewhere cannot end a session.
package struct SignOutPage: Page {
    package static let template = "sign-out"

    let action: PageURL
    let csrf: String
    let question: String?
    let email: String?
    let cancel: PageURL

    /// - Parameter question: the site that asked, for ``FormField/question``.
    package init(action: PageURL, csrf: String, question: String? = nil, email: String? = nil, cancel: PageURL) {
        self.action = action
        self.csrf = csrf
        self.question = question
        self.email = email
        self.cancel = cancel
    }

    package var words: [String: String] { email.map { ["email": $0] } ?? [:] }
}
