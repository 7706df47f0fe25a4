/// Says what becomes of a request for access.
package struct AccessRequestedPage: Page {
    package static let template = "access-requested"

    let portal: String
    /// Nil where the person had asked already, and nothing was added.
    let reference: String?
    let support: Support?
    let home: PageURL?

    package init(portal: String, reference: String? = nil, support: Support? = nil, home: PageURL? = nil) {
        self.portal = portal
        self.reference = reference
        self.support = support
        self.home = home
    }
}
