/// Where link-only discovery ends for everyone, whatever was typed: it must never differ by e-mail address.
package struct CheckMailPage: Page {
    package static let template = "check-mail"

    let support: Support?

    /// - Parameter support: the site's contact, never an organization's.
    package init(support: Support? = nil) {
        self.support = support
    }
}
