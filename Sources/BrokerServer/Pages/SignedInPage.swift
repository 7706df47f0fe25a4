/// Who is signed in, the way to the portal, and the way out.
package struct SignedInPage: Page {
    package static let template = "signed-in"

    let name: String?
    let organization: String?
    let email: String
    let portal: PageURL
    let signOut: PageURL
    let csrf: String

    package init(
        name: String? = nil, organization: String? = nil, email: String, portal: PageURL, signOut: PageURL,
        csrf: String
    ) {
        self.name = name
        self.organization = organization
        self.email = email
        self.portal = portal
        self.signOut = signOut
        self.csrf = csrf
    }
}
