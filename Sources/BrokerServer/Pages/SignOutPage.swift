/// Asks before signing out, so that a link from elsewhere cannot end a session.
package struct SignOutPage: Page {
    package static let template = "sign-out"

    let action: PageURL
    let csrf: String
    let email: String?
    let cancel: PageURL

    package init(action: PageURL, csrf: String, email: String? = nil, cancel: PageURL) {
        self.action = action
        self.csrf = csrf
        self.email = email
        self.cancel = cancel
    }

    package var words: [String: String] { email.map { ["email": $0] } ?? [:] }
}
