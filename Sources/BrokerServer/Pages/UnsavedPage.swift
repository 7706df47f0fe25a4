/// Answers a form that was sent after the session had ended: what was typed is still in this tab.
package struct UnsavedPage: Page {
    package static let template = "unsaved"

    let signIn: PageURL

    /// - Parameter signIn: opens in a new tab, so that this one keeps what was typed.
    package init(signIn: PageURL) {
        self.signIn = signIn
    }
}
