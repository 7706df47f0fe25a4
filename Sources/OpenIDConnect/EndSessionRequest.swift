package import Broker
package import Foundation

/// A request to sign out at the OP (RP-Initiated Logout 1.0 section 2).
package struct EndSessionRequest: Sendable {
    private let clientID: String
    private let hint: Secret<String>?
    private let returnURL: URL
    private let state: String

    /// A request; the hint is the last ID token of the session.
    package init(clientID: String, idTokenHint: Secret<String>?, returnURL: URL, state: String) {
        self.clientID = clientID
        hint = idTokenHint
        self.returnURL = returnURL
        self.state = state
    }

    /// As a form, so that no token stands in a URL; the OP must take both methods.
    package func form(at endpoint: URL) -> LogoutStep {
        .formPost(endpoint, parameters.map { FormParameter($0, $1) })
    }

    /// As a link, for an OP that loses its own cookie on a cross-site POST.
    package func link(at endpoint: URL) throws(LoginError) -> LogoutStep {
        .redirect(try Wire.url(endpoint, adding: parameters))
    }

    private var parameters: [(String, String)] {
        (hint.map { [("id_token_hint", $0.reveal())] } ?? []) + [
            ("client_id", clientID), ("post_logout_redirect_uri", returnURL.absoluteString), ("state", state),
        ]
    }
}
