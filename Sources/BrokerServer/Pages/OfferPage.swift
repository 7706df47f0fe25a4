/// Asks whether to sign in as the person for whom an identity provider vouched without being asked.
package struct OfferPage: Page {
    package static let template = "offer"

    let action: PageURL
    let csrf: String
    let email: String
    let organization: String?
    let connection: String
    /// Somebody else is signed in in this browser; then there is no going on.
    let blocked: Blocked?

    /// Who is signed in, and the way out.
    package struct Blocked: Sendable {
        let signedInAs: String
        let signOut: PageURL

        package init(signedInAs: String, signOut: PageURL) {
            self.signedInAs = signedInAs
            self.signOut = signOut
        }
    }

    package init(
        action: PageURL, csrf: String, email: String, organization: String? = nil, connection: String,
        blocked: Blocked? = nil
    ) {
        self.action = action
        self.csrf = csrf
        self.email = email
        self.organization = organization
        self.connection = connection
        self.blocked = blocked
    }

    package var words: [String: String] {
        var words = ["email": email, "connection": connection]
        words["other"] = blocked?.signedInAs
        return words
    }
}
