package import Broker
package import Foundation
import HTTPTypes

/// How we authenticate at the token endpoint (OpenID Connect Core 9).
package enum ClientAuthentication: Sendable {
    /// `client_secret_basic`: HTTP Basic.
    case basic(Secret<String>)
    /// `client_secret_post`: in the form.
    case post(Secret<String>)
    /// `none`: a public client; PKCE alone ties the code to us.
    case none
}

/// A request to the token endpoint.
package struct TokenRequest: Sendable {
    private let parameters: [(String, String)]

    /// Redeems a code (OpenID Connect Core 3.1.3.1, RFC 7636 4.5).
    package static func redeeming(code: Secret<String>, redirectURI: URL, codeVerifier: String) -> TokenRequest {
        TokenRequest(parameters: [
            ("grant_type", "authorization_code"), ("code", code.reveal()),
            ("redirect_uri", redirectURI.absoluteString), ("code_verifier", codeVerifier),
        ])
    }

    /// Refreshes (OpenID Connect Core 12.1).
    package static func refreshing(_ refreshToken: Secret<String>) -> TokenRequest {
        TokenRequest(parameters: [("grant_type", "refresh_token"), ("refresh_token", refreshToken.reveal())])
    }

    /// The request on the wire.
    package func request(
        at endpoint: URL, clientID: String, authentication: ClientAuthentication
    ) -> OutboundRequest {
        var fields: HTTPFields = [
            .accept: "application/json", .contentType: "application/x-www-form-urlencoded",
        ]
        var form = parameters
        switch authentication {
        case .basic(let secret): fields[.authorization] = Self.basic(clientID, secret)
        case .post(let secret): form += [("client_id", clientID), ("client_secret", secret.reveal())]
        case .none: form.append(("client_id", clientID))
        }
        return OutboundRequest(
            method: .post, url: endpoint, headerFields: fields, body: Data(Wire.formEncoded(form).utf8))
    }

    /// RFC 6749 2.3.1: id and secret are form-encoded before they become a user name and a password.
    private static func basic(_ clientID: String, _ secret: Secret<String>) -> String {
        let pair = "\(Wire.escaped(clientID)):\(Wire.escaped(secret.reveal()))"
        return "Basic \(Data(pair.utf8).base64EncodedString())"
    }
}
