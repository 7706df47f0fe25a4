package import Broker
package import Foundation
import HTTPTypes

/// How we authenticate in one request to the OP (OpenID Connect Core 9).
package enum ClientAuthentication: Sendable {
    /// `client_secret_basic`: HTTP Basic.
    case basic(Secret<String>)
    /// `client_secret_post`: in the form.
    case post(Secret<String>)
    /// `private_key_jwt` or `client_secret_jwt`: an assertion in the form, made for this one request.
    case assertion(Secret<String>)
    /// `none`: a public client; PKCE alone ties the code to us.
    case none
}

/// A request that we authenticate: to the token endpoint, or one that is pushed.
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

    /// Pushes an authorization request (RFC 9126 2.1).
    package static func pushing(_ message: AuthorizationRequest) -> TokenRequest {
        TokenRequest(parameters: message.parameters)
    }

    /// Asks for a token as the client itself (RFC 6749 4.4.2).
    package static func clientCredentials(scope: String?) -> TokenRequest {
        TokenRequest(
            parameters: [("grant_type", "client_credentials")] + (scope.map { [("scope", $0)] } ?? []))
    }

    /// The request on the wire.
    package func request(
        at endpoint: URL, clientID: String, authentication: ClientAuthentication
    ) -> OutboundRequest {
        var fields: HTTPFields = [
            .accept: "application/json", .contentType: "application/x-www-form-urlencoded",
        ]
        var form = parameters
        let isNamed = parameters.contains { $0.0 == "client_id" }
        if case .basic(let secret) = authentication {
            fields[.authorization] = Self.basic(clientID, secret)
        } else if !isNamed {
            form.append(("client_id", clientID))
        }
        form += authentication.fields
        return OutboundRequest(
            method: .post, url: endpoint, headerFields: fields, body: Data(Wire.formEncoded(form).utf8))
    }

    /// RFC 6749 2.3.1: id and secret are form-encoded before they become a user name and a password.
    private static func basic(_ clientID: String, _ secret: Secret<String>) -> String {
        let pair = "\(Wire.escaped(clientID)):\(Wire.escaped(secret.reveal()))"
        return "Basic \(Data(pair.utf8).base64EncodedString())"
    }
}

extension ClientAuthentication {
    /// What stands in the form beside the client's id (RFC 6749 2.3.1, RFC 7523 2.2).
    fileprivate var fields: [(String, String)] {
        switch self {
        case .post(let secret): [("client_secret", secret.reveal())]
        case .assertion(let assertion):
            [("client_assertion_type", ClientAssertion.type), ("client_assertion", assertion.reveal())]
        case .basic, .none: []
        }
    }
}
