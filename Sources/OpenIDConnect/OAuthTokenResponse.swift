package import Broker
import Foundation
import HTTPTypes
import JOSE

/// What a token endpoint gives that knows no ID tokens (RFC 6749 5.1).
package enum OAuthTokenResponse {
    /// The most octets of an answer.
    static let maximumBytes = 65_536

    /// The access token of an answer in JSON, or in a form as servers before RFC 6749 write it.
    package static func process(_ response: OutboundResponse) throws(LoginError) -> Secret<String> {
        guard response.body.count <= maximumBytes else {
            throw LoginError(.upstreamInvalid, detail: "token endpoint: more than \(maximumBytes) octets")
        }
        switch try TokenResponse.processRefresh(try inJSON(response)) {
        case .tokens(let tokens): return try bearer(tokens.accessToken)
        case .revoked:
            throw LoginError(.upstreamError, detail: "RFC 6749 5.2: the token endpoint answered invalid_grant")
        }
    }

    /// A form said in JSON, so that one reader decides what an answer means; any other answer as it is.
    private static func inJSON(_ response: OutboundResponse) throws(LoginError) -> OutboundResponse {
        guard isForm(response.headerFields[.contentType]) else { return response }
        let form: CallbackParameters
        do throws(LoginError) {
            form = try CallbackParameters(formEncoded: response.body)
        } catch {
            throw LoginError(.upstreamInvalid, detail: "token endpoint: \(error.detail)", underlying: error)
        }
        var answer = response
        answer.headerFields[.contentType] = "application/json"
        answer.body = Data(JSONObject(form.names.map { ($0, .string(form[$0] ?? "")) }).serialized())
        return answer
    }

    private static func isForm(_ contentType: String?) -> Bool {
        contentType?.split(separator: ";").first?.trimmingBlanks.lowercased() == "application/x-www-form-urlencoded"
    }

    /// RFC 6750 2.1: what can stand in the header; a blank would end the token there.
    private static func bearer(_ token: Secret<String>) throws(LoginError) -> Secret<String> {
        guard token.reveal().utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw LoginError(.upstreamInvalid, detail: "RFC 6750 2.1: access_token is malformed")
        }
        return token
    }
}
