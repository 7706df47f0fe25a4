public import Broker
import Foundation
import OpenIDConnect

extension CognitoProvider {
    /// Cognito brings no `state` back: that the browser comes back is all that it says.
    public var returnsLogoutState: Bool { false }

    /// Sends the browser to Cognito's own sign-out: GET with `client_id` and `logout_uri`.
    ///
    /// Cognito lists an `end_session_endpoint` and does not understand its parameters. It compares `logout_uri` byte for
    /// byte with the registered ones. Unless the settings name another page, the browser comes back to the connection's
    /// logout endpoint, from where it goes on to where the sign-out was asked for.
    public func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep {
        guard settings.signsOut, let endpoint = logoutEndpoint else { return .notConfigured }
        let logoutURI = settings.logoutURI ?? request.returnURL.absoluteString
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
