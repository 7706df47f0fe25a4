package import Broker
package import Foundation
import HTTPTypes
import JOSE
import TrustDocuments

/// A pushed authorization request (RFC 9126): the OP reads the request from us, and the browser carries its name only.
package enum PushedAuthorization {
    /// Reads the answer: the name under which the OP keeps the request (RFC 9126 2.2).
    package static func process(_ response: OutboundResponse) throws(LoginError) -> String {
        if TokenResponse.isRefusal(response) { throw refusal(TokenResponse.refusalCode(response)) }
        var answer = response
        if answer.status == .created { answer.status = .ok }
        let claims = try Wire.jsonObject(answer, of: "pushed authorization")
        if claims.contains("error") { throw refusal(claims.string("error")) }
        guard let lifetime = claims.integer("expires_in"), lifetime > 0 else {
            throw LoginError(.upstreamInvalid, detail: "RFC 9126 2.2: expires_in is absent or not positive")
        }
        guard let uri = claims.string("request_uri"), isName(uri) else {
            throw LoginError(.upstreamInvalid, detail: "RFC 9126 2.2: request_uri is absent or malformed")
        }
        return uri
    }

    /// What stands in the browser's address beside what the endpoint has (RFC 9126 4).
    package static func parameters(clientID: String, requestURI: String) -> [(String, String)] {
        [("client_id", clientID), ("request_uri", requestURI)]
    }

    /// RFC 6749 appendix A: visible characters without a blank.
    private static func isName(_ text: String) -> Bool {
        (1...512).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// RFC 9126 2.3.
    private static func refusal(_ code: String?) -> LoginError {
        LoginError(.upstreamError, detail: "RFC 9126 2.3: the pushed request was answered \(Wire.errorCode(code))")
    }
}

extension RelyingParty {
    /// Pushes a request and answers the name under which the OP keeps it.
    package func push(
        _ message: AuthorizationRequest, at endpoint: URL, authentication: ClientAuthentication
    ) async throws(LoginError) -> String {
        let request = TokenRequest.pushing(message)
            .request(at: endpoint, clientID: configuration.clientID, authentication: authentication)
        return try PushedAuthorization.process(try await context.transport.exchange(request, "pushed authorization"))
    }
}
