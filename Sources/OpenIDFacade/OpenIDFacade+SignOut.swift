import Broker
package import BrokerEngine
package import BrokerModel
package import Foundation
import HTTPTypes
import JOSE
import OpenIDConnect

extension OpenIDFacade {
    /// RP-Initiated Logout 1.0 section 2.
    func signOut(_ request: FacadeRequest) async throws(FacadeError) -> FacadeResponse {
        let context = AuthorizationContext(RequestParameters(try request.parameters()), client: client)
        let keys = try ownKeys()
        let query: EndSessionQuery
        do throws(ProviderError) {
            var named: IDTokenHint?
            if let token = context.parameters["id_token_hint"] { named = try hint(token, keys: keys) }
            query = try EndSessionQuery.process(context, hint: named)
        } catch {
            throw FacadeError(error)
        }
        if request.method == .post { return try await comeBack(with: .endSession(query)) }
        return try await signOut(query, handle: request.handle)
    }

    /// Whoever brings an ID token of the browser's own session signs it out at once.
    ///
    /// A hint alone is no proof, as it stands in URLs and logs: everybody else is asked on a page of ours (M49).
    func signOut(_ query: EndSessionQuery, handle: Secret<String>?) async throws(FacadeError) -> FacadeResponse {
        var conclusion: Data?
        if let target = query.target { conclusion = try encoded(target) }
        if let key = query.sessionID, let named = try await host.session(named: key),
            let owner = try await host.owner(handle: handle), owner.session.id == named.session
        {
            return .signOut(FacadeSignOut(session: named.session, conclusion: conclusion))
        }
        return .confirmSignOut(FacadeSignOut(session: nil, conclusion: conclusion))
    }

    /// RP-Initiated Logout 3: back to where the site asked for, if that is still registered.
    package func concludeSignOut(
        _ conclusion: Data, isComplete: Bool
    ) async throws(FacadeError) -> FacadeStep {
        guard let target: EndSessionQuery.Target = decoded(conclusion),
            client.registers(postLogoutRedirectURI: target.redirectURI)
        else {
            throw FacadeError(.redirectURIMismatch, detail: "post_logout_redirect_uri is not registered any more")
        }
        let address = try url(target.redirectURI)
        guard let state = target.state else { return .redirect(address) }
        do throws(LoginError) {
            return .redirect(try Wire.url(address, adding: [("state", state)]))
        } catch {
            throw FacadeError(.configurationInvalid, detail: "the address takes no parameters", underlying: error)
        }
    }

    // MARK: Sign-outs that the site hears of

    /// How long a logout token counts.
    private static let logoutTokenLifetime = Duration.seconds(120)

    /// OpenID Connect Back-Channel Logout 2.5.
    package func endSession(_ session: FacadeSession) async throws(FacadeError) -> FacadeEnding {
        guard let text = settings.backchannelLogoutURL else { return .noBackChannel }
        let token = try logoutToken(for: session)
        let request = OutboundRequest(
            method: .post, url: try url(text),
            headerFields: [.contentType: "application/x-www-form-urlencoded", .accept: "application/json"],
            body: Data(Wire.formEncoded([("logout_token", token)]).utf8))
        let response: OutboundResponse
        do throws(TransportError) {
            response = try await host.transport.send(request)
        } catch {
            throw FacadeError(.siteUnreachable, detail: error.detail, underlying: error)
        }
        // 2.8: 400 says that the session may still be there.
        guard [200, 204].contains(response.status.code) else {
            throw FacadeError(.siteUnreachable, detail: "the site answered \(response.status.code) to a logout token")
        }
        return .told
    }

    private func logoutToken(for session: FacadeSession) throws(FacadeError) -> String {
        let now = host.time.now
        let claims = LogoutTokenClaims(
            issuer: issuer, subject: session.customer.rawValue, clientID: client.id, issuedAt: now.seconds,
            expiresAt: (now + Self.logoutTokenLifetime).seconds, tokenID: host.randomness.token(bytes: 16),
            sessionID: session.key)
        return try sign(claims.object, typ: LogoutTokenClaims.type, with: try signingKey())
    }
}
