/// Takes the code of an emergency.
package struct BreakGlassPage: Page {
    package static let template = "break-glass"

    let action: PageURL
    let isRefused: Bool

    package init(action: PageURL, isRefused: Bool = false) {
        self.action = action
        self.isRefused = isRefused
    }
}
