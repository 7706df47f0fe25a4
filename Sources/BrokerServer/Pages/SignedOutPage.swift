import BrokerEngine

/// The session is over.
package struct SignedOutPage: Page {
    package static let template = "signed-out"

    let signIn: PageURL?
    let provider: String?
    let alsoAt: String?

    /// - Parameters:
    ///   - signIn: where the portal is, if it is known.
    ///   - provider: the identity provider at which the person may still be signed in.
    ///   - alsoAt: the identity provider at which the person is signed out too.
    package init(signIn: PageURL?, provider: String? = nil, alsoAt: String? = nil) {
        self.signIn = signIn
        self.provider = provider
        self.alsoAt = alsoAt
    }

    init(signIn: PageURL?, outcome: SignOutOutcome?) {
        let isComplete = outcome?.isComplete == true
        self.init(
            signIn: signIn, provider: isComplete ? nil : outcome?.connection,
            alsoAt: isComplete ? outcome?.connection : nil)
    }

    package var words: [String: String] { (provider ?? alsoAt).map { ["provider": $0] } ?? [:] }
}
