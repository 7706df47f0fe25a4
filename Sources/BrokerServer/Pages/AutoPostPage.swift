/// Carries a form POST to the identity provider.
///
/// A script sends it at once; without one, the button does.
package struct AutoPostPage: Page {
    package static let template = "auto-post"

    let action: PageURL
    let fields: [HiddenField]
    let destination: String?

    /// - Parameter destination: the connection as the person knows it.
    package init(action: PageURL, fields: [HiddenField], destination: String? = nil) {
        self.action = action
        self.fields = fields
        self.destination = destination
    }

    package var words: [String: String] { destination.map { ["destination": $0] } ?? [:] }
}

/// One name and value of a form that a person does not see.
package struct HiddenField: Sendable, Hashable {
    let name: String
    let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
