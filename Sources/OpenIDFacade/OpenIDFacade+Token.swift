import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import OpenIDConnect

/// Why an endpoint for programs refuses: what the client is told, and what is written down.
struct EndpointRefusal: Error {
    let error: ProviderError.Code
    let refusal: FacadeError

    init(_ error: ProviderError) {
        self.error = error.code
        refusal = FacadeError(error)
    }

    /// The engine refused; of a failure of ours the client learns no more than that it is one.
    init(_ refusal: FacadeError, as code: ProviderError.Code) {
        self.refusal = refusal
        error =
            switch refusal.code {
            case .storeUnavailable: .temporarilyUnavailable
            case .configurationInvalid, .notConfigured: .serverError
            default: code
            }
    }
}

extension OpenIDFacade {
    /// RFC 6749 3.2, OpenID Connect Core 3.1.3.
    func token(_ request: FacadeRequest) async -> FacadeResponse {
        do throws(EndpointRefusal) {
            return .document(json(try await redeem(request)))
        } catch {
            return .document(tokenError(error, request), refusal: error.refusal)
        }
    }

    /// RFC 6749 5.2.
    private func tokenError(_ refusal: EndpointRefusal, _ request: FacadeRequest) -> FacadeDocument {
        var document = json(["error": .string(refusal.error.rawValue)], status: Self.status(of: refusal.error))
        if refusal.error == .invalidClient, client.authentication == .basic || request.authorization != nil {
            document.challenge = #"Basic realm="\#(issuer)", charset="UTF-8""#
        }
        return document
    }

    static func status(of code: ProviderError.Code) -> Int {
        switch code {
        case .invalidClient, .invalidToken: 401
        case .serverError: 500
        case .temporarilyUnavailable: 503
        default: 400
        }
    }

    // MARK: Redeeming

    /// The client first, so that nobody else uses up its codes; then the code, once; then what the code was given for.
    private func redeem(_ request: FacadeRequest) async throws(EndpointRefusal) -> JSONObject {
        let parameters = try form(of: request)
        try await authenticate(ClientCredentials(authorization: request.authorization, parameters: parameters))
        try checked { () throws(ProviderError) in
            try GrantRequestChecks.Check.run(GrantRequestChecks.all, on: parameters)
        }
        let (grant, content) = try await use(parameters["code"] ?? "")
        try checked { () throws(ProviderError) in
            try RedemptionChecks.Check.run(
                RedemptionChecks.all,
                on: RedemptionContext(parameters, redirectURI: content.redirectURI, challenge: content.challenge))
        }
        do throws(FacadeError) {
            return try await issue(content, grant: grant, to: try await told(grant.session))
        } catch {
            throw EndpointRefusal(error, as: .invalidGrant)
        }
    }

    private func form(of request: FacadeRequest) throws(EndpointRefusal) -> RequestParameters {
        guard request.method == .post else {
            throw EndpointRefusal(
                ProviderError(.invalidRequest, rule: "method (RFC 6749 3.2)", reason: "the request is no POST"))
        }
        do throws(FacadeError) {
            return RequestParameters(try request.parameters())
        } catch {
            throw EndpointRefusal(error, as: .invalidRequest)
        }
    }

    private func use(_ code: String) async throws(EndpointRefusal) -> (OpenGrant, CodeContent) {
        let use: GrantUse
        do throws(FacadeError) {
            use = try await host.use(code, as: .code)
        } catch {
            throw EndpointRefusal(error, as: .invalidGrant)
        }
        switch use {
        case .first(let grant):
            guard let content: CodeContent = decoded(grant.content) else { break }
            return (grant, content)
        case .again:
            throw EndpointRefusal(
                FacadeError(.replayed, detail: "the code was used before; its access token is gone"), as: .invalidGrant)
        case .unknown: break
        }
        throw EndpointRefusal(
            ProviderError(
                .invalidGrant, rule: "code (RFC 6749 4.1.3)", reason: "the code is unknown, expired or of another site")
        )
    }

    func checked<Value>(_ body: () throws(ProviderError) -> Value) throws(EndpointRefusal) -> Value {
        do throws(ProviderError) { return try body() } catch { throw EndpointRefusal(error) }
    }

    // MARK: Authenticating

    private func authenticate(_ credentials: ClientCredentials) async throws(EndpointRefusal) {
        let context = ClientAuthenticationContext(credentials, client: client, secret: try secret())
        try checked { () throws(ProviderError) in
            try ClientAuthenticationChecks.Check.run(ClientAuthenticationChecks.all, on: context)
        }
        guard client.authentication == .privateKeyJWT else { return }
        let once = try checked { () throws(ProviderError) in
            try ClientAssertion.verify(
                credentials, of: client, audiences: [issuer, "\(issuer)/token"], now: host.time.now,
                skew: host.clockSkew)
        }
        do throws(FacadeError) {
            guard try await host.takeOnce(once) else {
                throw FacadeError(.replayed, detail: "the client's assertion was used before")
            }
        } catch {
            throw EndpointRefusal(error, as: .invalidClient)
        }
    }

    private func secret() throws(EndpointRefusal) -> Secret<String>? {
        guard let reference = settings.clientSecret else { return nil }
        do throws(SettingsError) {
            return try host.secrets.value(of: reference)
        } catch {
            throw EndpointRefusal(
                FacadeError(.configurationInvalid, detail: "the client's secret cannot be read", underlying: error),
                as: .serverError)
        }
    }

    // MARK: Issuing

    private func issue(
        _ content: CodeContent, grant: OpenGrant, to person: ToldPerson
    ) async throws(FacadeError) -> JSONObject {
        let key = try signingKey()
        let access = AccessTokenContent(subject: person.subject, scopes: content.scopes)
        let accessToken = try await host.hand(
            try encoded(access), as: .accessToken, session: person.session.id, parent: grant.id,
            lifetime: Self.accessTokenLifetime)
        let now = host.time.now
        var claims = IDTokenClaims(
            issuer: issuer, subject: person.subject, clientID: client.id, issuedAt: now.seconds,
            expiresAt: (now + Self.idTokenLifetime).seconds, authenticatedAt: person.authenticatedAt.seconds,
            sessionID: person.key)
        claims.nonce = content.nonce
        claims.acr = person.session.authentication.acr
        claims.amr = person.session.authentication.amr
        claims.accessToken = accessToken.reveal()
        claims.personal = personalClaims.object(content.scopes, of: person.values)
        return [
            "access_token": .string(accessToken.reveal()), "token_type": "Bearer",
            "expires_in": .integer(Self.accessTokenLifetime.wholeSeconds),
            "id_token": .string(try sign(claims.object(algorithm: key.algorithm), typ: "JWT", with: key)),
            "scope": .string(content.scopes.joined(separator: " ")),
        ]
    }
}
