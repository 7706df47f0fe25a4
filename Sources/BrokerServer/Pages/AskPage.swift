/// A form whose fields the provider defines.
///
/// It posts to `action` with ``FormField/transaction`` and the fields by name.
package struct AskPage: Page {
    package static let template = "ask"

    let action: PageURL
    let transaction: String
    let title: String?
    let intro: String?
    let fields: [AskInput]
    let actions: [AskAction]
    let error: String?
    let failed: Bool
    let restart: PageURL?
    let support: Support?

    /// - Parameters:
    ///   - actions: buttons beside the form's own.
    ///   - error: a sentence about the whole form; a field carries its own.
    ///   - restart: where the login starts again.
    package init(
        action: PageURL, transaction: String, title: String? = nil, intro: String? = nil, fields: [AskField],
        actions: [AskAction] = [], error: String? = nil, restart: PageURL? = nil, support: Support? = nil
    ) {
        let focused = fields.firstIndex { $0.error != nil } ?? fields.startIndex
        self.action = action
        self.transaction = transaction
        self.title = title
        self.intro = intro
        self.fields = fields.enumerated().map { AskInput($1, position: $0, focus: $0 == focused) }
        self.actions = actions
        self.error = error
        failed = error != nil || fields.contains { $0.error != nil }
        self.restart = restart
        self.support = support
    }
}
