/// Tells somebody who is signed in which portal is not open to them, why, and how to ask for it.
package struct AccessDeniedPage: Page {
    package static let template = "access-denied"

    /// A form that asks for access, tied to the session that was shown it.
    package struct Ask: Sendable {
        let action: PageURL
        let portal: String
        let csrf: String

        package init(action: PageURL, portal: String, csrf: String) {
            self.action = action
            self.portal = portal
            self.csrf = csrf
        }
    }

    /// For programs that read the page; people read the sentence.
    let code: String
    let reason: String
    let advice: String
    let portal: String?
    let reference: String
    let ask: Ask?
    /// Beside `ask`, because every form names the page's own.
    let csrf: String
    let support: Support?
    let home: PageURL?

    /// - Parameters:
    ///   - message: from ``Texts/message(forCode:)``: why, in the person's words.
    ///   - portal: its name; nil where what was asked for is none that is known.
    ///   - home: the front page of the site.
    package init(
        code: String, message: Texts.Message, portal: String? = nil, reference: String, ask: Ask? = nil,
        support: Support? = nil, home: PageURL? = nil
    ) {
        self.code = code
        reason = message.title
        advice = message.advice
        self.portal = portal
        self.reference = reference
        self.ask = ask
        csrf = ask?.csrf ?? ""
        self.support = support
        self.home = home
    }

    package var words: [String: String] { portal.map { ["portal": $0] } ?? [:] }
}
