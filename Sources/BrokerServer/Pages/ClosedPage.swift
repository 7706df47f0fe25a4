/// Answers at a way into JSM that is closed, whoever comes.
package struct ClosedPage: Page {
    package static let template = "closed"

    /// For programs that read the page; people read the sentence.
    let code: String
    let title: String
    let advice: String
    let reference: String
    let signIn: PageURL?
    let portal: PageURL?
    let support: Support?

    /// - Parameters:
    ///   - message: from ``Texts/message(forCode:)``.
    ///   - signIn: the way that is open, for somebody who is not signed in.
    ///   - portal: the way on for somebody who is.
    package init(
        code: String, message: Texts.Message, reference: String, signIn: PageURL? = nil, portal: PageURL? = nil,
        support: Support? = nil
    ) {
        self.code = code
        title = message.title
        advice = message.advice
        self.reference = reference
        self.signIn = signIn
        self.portal = portal
        self.support = support
    }
}
