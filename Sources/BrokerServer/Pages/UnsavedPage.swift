/// Answers a form that was sent after the session had ended, or that asks for a stronger one: what was typed is still in
/// this tab.
package struct UnsavedPage: Page {
    package static let template = "unsaved"

    let signIn: PageURL
    let isStepUp: Bool

    /// - Parameters:
    ///   - signIn: opens in a new tab, so that this one keeps what was typed.
    ///   - isStepUp: there is a session, and it is not recent or strong enough.
    package init(signIn: PageURL, isStepUp: Bool = false) {
        self.signIn = signIn
        self.isStepUp = isStepUp
    }
}
