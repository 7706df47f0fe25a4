/// The session is over.
package struct SignedOutPage: Page {
    package static let template = "signed-out"

    let signIn: PageURL
    let provider: String?

    /// - Parameter provider: the identity provider at which the person may still be signed in.
    package init(signIn: PageURL, provider: String? = nil) {
        self.signIn = signIn
        self.provider = provider
    }

    package var words: [String: String] { provider.map { ["provider": $0] } ?? [:] }
}
