/// A button of a provider's form beside the one that goes on.
///
/// It posts the whole form with its own name, and asks for no field to be filled in.
package struct AskAction: Sendable, Hashable {
    let name: String
    let label: String
    let help: String?

    package init(name: String, label: String, help: String? = nil) {
        self.name = name
        self.label = label
        self.help = help
    }
}
