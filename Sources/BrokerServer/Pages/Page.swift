/// A view model together with the template that shows it.
///
/// Everything a template may name stands in the struct as a stored property, because swift-mustache finds values by
/// reflection and renders an unknown name as nothing. A template names values from three roots only: `page` (this
/// struct), `chrome` (the frame around every page) and `text` (the catalogue). Inside a section, a leading dot names a
/// property of that section's value and never of an outer one.
package protocol Page: Sendable {
    /// The template's file name below `templates/`, without `.mustache`.
    static var template: String { get }

    /// Values that the catalogue's sentences may name in braces, besides `{product}`.
    var words: [String: String] { get }
}

extension Page {
    /// No words of its own.
    package var words: [String: String] { [:] }
}

/// The names of form fields, shared by templates and the handlers that read the forms.
package enum FormField {
    /// The handle of the pending login.
    package static let transaction = "transaction"
    /// The work e-mail that was typed.
    package static let email = "email"
    /// The identifier of the chosen connection.
    package static let connection = "connection"
    /// Present when the remembered connection is to be forgotten.
    package static let forget = "forget"
    /// The token that ties a form to the session that was shown it.
    package static let csrf = "csrf"
    /// Present when the person does not want to go on.
    package static let cancel = "cancel"
    /// The number of the portal that access is asked for.
    package static let portal = "portal"
    /// What a person says about it, if anything.
    package static let message = "message"
    /// The code of an emergency.
    package static let code = "code"
    /// Which site asked for a sign-out, sealed.
    package static let question = "question"
    /// Where a sign-out wants to end (OpenID Connect RP-Initiated Logout 1.0 section 2).
    package static let postLogoutRedirectURI = "post_logout_redirect_uri"
}
