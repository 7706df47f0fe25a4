public import Broker
import Foundation
import OpenIDConnect

extension CognitoProvider {
    /// Sends the browser to Cognito's own sign-out: GET with `client_id` and `logout_uri`.
    ///
    /// Cognito lists an `end_session_endpoint` and does not understand its parameters. It compares `logout_uri` byte for
    /// byte with the registered ones and brings no `state` back, so no answer can be told from a link that anybody makes:
    /// the browser goes to a page that claims nothing, the broker's signed-out page, and not to the connection's logout
    /// endpoint, which would refuse it.
    public func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep {
        guard let logoutURI = settings.logoutURI, let endpoint = logoutEndpoint else { return .notConfigured }
        return .redirect(
            try Wire.url(endpoint, adding: [("client_id", settings.clientID), ("logout_uri", logoutURI)]))
    }

    /// Cognito sends no logout messages; whatever comes is somebody else's.
    public func receiveLogout(_ callback: LoginCallback) async throws(LoginError) -> LogoutNotice {
        throw LoginError(.notConfigured, detail: "Cognito sends no logout messages")
    }

    private var logoutEndpoint: URL? {
        if let endpoint = settings.endpoint.flatMap(URL.init(string:)) { return endpoint.appending(path: "logout") }
        return settings.domainHost.flatMap { URL(string: "https://\($0)/logout") }
    }
}
