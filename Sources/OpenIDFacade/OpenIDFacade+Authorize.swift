import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import OpenIDConnect

extension OpenIDFacade {
    /// OpenID Connect Core 3.1.2.
    func authorize(_ request: FacadeRequest) async throws(FacadeError) -> FacadeResponse {
        let context = AuthorizationContext(RequestParameters(try request.parameters()), client: client)
        let target: AuthorizationTarget
        do throws(ProviderError) { target = try AuthorizationTarget.process(context) } catch {
            throw FacadeError(error)
        }
        let keys = try ownKeys()
        let query: AuthorizationQuery
        do throws(ProviderError) {
            query = try read(context, to: target, keys: keys)
        } catch {
            return try refuse(error, to: target)
        }
        if request.method == .post { return try await comeBack(with: .authorization(query, isAsked: false)) }
        return try await proceed(with: query, handle: request.handle)
    }

    private func read(
        _ context: AuthorizationContext, to target: AuthorizationTarget, keys: JWKSet
    ) throws(ProviderError) -> AuthorizationQuery {
        var query = try AuthorizationQuery.process(context, to: target)
        if let token = context.parameters["id_token_hint"] {
            query.hintedSubject = try hint(token, keys: keys).subject
        }
        return query
    }

    func hint(_ token: String, keys: JWKSet) throws(ProviderError) -> IDTokenHint {
        try IDTokenHint.verify(token, keys: keys, issuer: issuer, clientID: client.id, now: host.time.now)
    }

    /// The browser comes back with what it was given to keep.
    func resume(_ request: FacadeRequest) async throws(FacadeError) -> FacadeResponse {
        guard let value = try request.parameters()["request"],
            let grant = try await host.read(value, as: .request), let kept: KeptRequest = decoded(grant.content)
        else { throw FacadeError(.requestExpired, detail: "no request is kept under the value, or no longer") }
        switch kept {
        case .endSession(let query): return try await signOut(query, handle: request.handle)
        case .authorization(let query, let isAsked):
            // Settings may have changed meanwhile (M50).
            guard client.registers(redirectURI: query.target.redirectURI) else {
                throw FacadeError(.redirectURIMismatch, detail: "redirect_uri is not registered any more")
            }
            guard isAsked else { return try await proceed(with: query, handle: request.handle) }
            return try await proceed(
                with: query, handle: request.handle,
                asked: Asked(at: grant.createdAt, id: "resume/\(Digests.sha256Hex(value))"))
        }
    }

    /// That the person was sent to sign in for a request.
    private struct Asked {
        var at: Timestamp
        /// Names the request.
        var id: String
    }

    private func proceed(
        with query: AuthorizationQuery, handle: Secret<String>?, asked: Asked? = nil
    ) async throws(FacadeError) -> FacadeResponse {
        let owner = try await host.owner(handle: handle)
        let verdict = Reauthentication.decide(
            query, session: owner.map(Self.signedIn), askedAt: asked?.at, now: host.time.now, skew: host.clockSkew)
        switch (verdict, owner) {
        case (.answer, let owner?): return try await answer(query, owner, asked: asked)
        case (.signIn(let requirements), _):
            let resume = try await keep(.authorization(query, isAsked: true))
            return .signIn(FacadeSignIn(resume: resume, requirements: requirements, loginHint: query.loginHint))
        case (.answer, nil), (.loginRequired, _): return try loginRequired(query)
        }
    }

    private static func signedIn(_ owner: SessionService.Owner) -> Reauthentication.SignedIn {
        .init(
            subject: owner.customer.id.rawValue, since: owner.session.createdAt,
            authenticatedAt: owner.session.authentication.authTime ?? owner.session.createdAt)
    }

    // MARK: Answering

    private func answer(
        _ query: AuthorizationQuery, _ owner: SessionService.Owner, asked: Asked?
    ) async throws(FacadeError) -> FacadeResponse {
        let content = CodeContent(
            redirectURI: query.target.redirectURI, scopes: query.scopes, nonce: query.nonce, challenge: query.challenge)
        var request = FacadeAnswerRequest(
            owner, handing: (kind: .code, content: try encoded(content), lifetime: Self.codeLifetime))
        // A sign-in that was made for one request is not good for the next one that asks for a fresh one.
        if query.isFresh || query.maximumAge != nil, let asked {
            request.oneTime = [OneTimeIdentifier(asked.id, until: asked.at + Self.requestLifetime)]
        }
        let answer: FacadeAnswer
        do throws(FacadeError) {
            answer = try await host.answer(request)
        } catch  where error.code == .loginRequired {
            return try loginRequired(query)
        }
        guard let code = answer.value else {
            throw FacadeError(.configurationInvalid, detail: "no code was handed out")
        }
        return .step(try step(.code(code, to: query.target, issuer: issuer), to: query.target))
    }

    /// OpenID Connect Core 3.1.2.6.
    private func loginRequired(_ query: AuthorizationQuery) throws(FacadeError) -> FacadeResponse {
        let reason = query.isSilent ? "no session is enough, and nobody may be asked" : "the sign-in was not enough"
        return try refuse(
            ProviderError(.loginRequired, rule: "login (OpenID Connect Core 3.1.2.3)", reason: reason), to: query.target
        )
    }

    /// OpenID Connect Core 3.1.2.6: to a redirect URI that is known to be good, and written down.
    private func refuse(_ error: ProviderError, to target: AuthorizationTarget) throws(FacadeError) -> FacadeResponse {
        .step(try step(.error(error, to: target, issuer: issuer), to: target), refusal: FacadeError(error))
    }

    private func step(
        _ answer: AuthorizationAnswer, to target: AuthorizationTarget
    ) throws(FacadeError) -> FacadeStep {
        let address = try url(target.redirectURI)
        guard target.responseMode == .query else { return .formPost(address, answer.fields) }
        do throws(LoginError) {
            return .redirect(try answer.url(at: address))
        } catch {
            throw FacadeError(.configurationInvalid, detail: "the redirect URI takes no parameters", underlying: error)
        }
    }
}
