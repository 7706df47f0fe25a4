/// What happened, what to do, and what to tell support.
package struct ErrorPage: Page {
    package static let template = "error"

    /// For programs that read the page; people read the sentence.
    let code: String
    let title: String
    let advice: String
    let explanation: String?
    let reference: String
    let support: Support?
    let retry: PageURL?

    /// - Parameters:
    ///   - message: from ``Texts/message(forCode:)``.
    ///   - reference: the identifier under which an operator finds the cause.
    ///   - explanation: one more sentence, such as the access rule's own words.
    package init(
        code: String, message: Texts.Message, reference: String, explanation: String? = nil, support: Support? = nil,
        retry: PageURL? = nil
    ) {
        self.code = code
        title = message.title
        advice = message.advice
        self.explanation = explanation
        self.reference = reference
        self.support = support
        self.retry = retry
    }
}
