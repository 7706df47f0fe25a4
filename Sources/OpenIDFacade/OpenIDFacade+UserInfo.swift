import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import OpenIDConnect

extension OpenIDFacade {
    /// OpenID Connect Core 5.3.
    func userInfo(_ request: FacadeRequest) async -> FacadeResponse {
        do throws(EndpointRefusal) {
            guard let token = try bearer(of: request) else {
                return .document(unauthorized(nil), refusal: Self.noToken)
            }
            return .document(json(try await claims(for: token)))
        } catch {
            return .document(unauthorized(error.error), refusal: error.refusal)
        }
    }

    private static let noToken = FacadeError(
        .clientAuthentication, detail: "the request has no access token", rule: "bearer (RFC 6750 3.1)")

    /// RFC 6750 3: whoever brought no token at all learns no error code.
    private func unauthorized(_ code: ProviderError.Code?) -> FacadeDocument {
        let challenge = #"Bearer realm="\#(issuer)""#
        guard let code else {
            return FacadeDocument(
                status: 401, contentType: "application/json", body: Data("{}".utf8), challenge: challenge)
        }
        var document = json(["error": .string(code.rawValue)], status: Self.status(of: code))
        document.challenge = document.status < 500 ? #"\#(challenge), error="\#(code.rawValue)""# : nil
        return document
    }

    private func bearer(of request: FacadeRequest) throws(EndpointRefusal) -> Secret<String>? {
        let isForm = request.contentType?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
        let hasForm = request.method == .post && isForm
        let form = hasForm ? try parameters(request.body) : nil
        let query = try parameters(Data(request.query.utf8))
        return try checked { () throws(ProviderError) in
            try BearerCredentials.read(
                BearerContext(authorization: request.authorization, form: form, query: query))
        }
    }

    private func parameters(_ octets: Data) throws(EndpointRefusal) -> RequestParameters {
        do throws(LoginError) {
            return RequestParameters(try CallbackParameters(formEncoded: octets))
        } catch {
            throw EndpointRefusal(
                ProviderError(.invalidRequest, rule: "parameters (RFC 6750 3.1)", reason: error.detail))
        }
    }

    /// The claims as they are now, of the person that the token was given for.
    private func claims(for token: Secret<String>) async throws(EndpointRefusal) -> JSONObject {
        do throws(FacadeError) {
            guard let grant = try await host.read(token.reveal(), as: .accessToken),
                let content: AccessTokenContent = decoded(grant.content)
            else { throw FacadeError(.grantInvalid, detail: "the access token is unknown, expired or of another site") }
            let person = try await told(grant.session)
            guard person.subject == content.subject else {
                throw FacadeError(.grantInvalid, detail: "the session is another person's")
            }
            var claims = personalClaims.object(content.scopes, of: person.values)
            claims["sub"] = .string(person.subject)
            return claims
        } catch {
            throw EndpointRefusal(error, as: .invalidToken)
        }
    }
}
