// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import JOSE

/// The authorization endpoint: checks the request, then signs in silently or asks who is there.
struct AuthorizeRoute {
    let visit: OPVisit

    func respond() throws -> Response {
        visit.tenant.count("authorize")
        // RFC 9126 4: a name that is unknown, old, another client's or used up is answered here.
        guard let parameters = visit.tenant.requested(by: visit.parameters, now: visit.now) else {
            return refusal("The request that the application sent ahead is not here any more.")
        }
        // An unknown client or redirect URI must not be redirected to (RFC 6749 4.1.2.1).
        guard let client = parameters["client_id"].flatMap({ visit.tenant.client($0) }) else {
            return refusal("Nobody here knows the application that sent you.")
        }
        guard let redirectURI = parameters["redirect_uri"],
            client.redirectURIs.contains(where: redirectURI.hasSameBytes)
        else { return refusal("The application that sent you gave an address to return to that is not registered.") }
        let callback = CallbackAnswer(visit: visit, redirectURI: redirectURI, state: parameters["state"])
        if visit.tenant.definition.pushedRequests == .required, visit.parameters["request_uri"] == nil {
            return callback.failure("invalid_request", .query)
        }
        do {
            let check = AuthorizationCheck(
                parameters: parameters, client: client, redirectURI: redirectURI,
                requiresPKCE: visit.tenant.definition.requiresPKCE,
                isOpenID: visit.profile?.isOpenID ?? true, realm: visit.realm)
            return try proceed(try check.request(), callback)
        } catch let error as AuthorizationError {
            let mode = AuthorizationRequest.ResponseMode(rawValue: parameters["response_mode"] ?? "") ?? .query
            return callback.failure(error.code, mode)
        }
    }

    private func proceed(_ request: AuthorizationRequest, _ callback: CallbackAnswer) throws -> Response {
        let hinted = request.loginHint.flatMap { Login.read($0, at: visit.tenant) }
        if visit.tenant.definition.autoLogin, let hinted {
            return try Login(visit: visit, request: request).complete(
                hinted.user, fault: hinted.fault, vendorFault: hinted.vendorFault)
        }
        if let session = liveSession(for: request, hinted: hinted?.user) {
            return try Login(visit: visit, request: request).complete(
                session, fault: hinted?.fault, vendorFault: hinted?.vendorFault)
        }
        guard !request.prompts.contains("none") else {
            return callback.failure("login_required", request.responseMode)
        }
        let handle = Base64URL.encode(visit.host.configuration.random(16))
        visit.tenant.wait(request, handle: handle)
        return Answer.html(SignInPage(visit: visit, request: request, handle: handle).html())
    }

    /// The remembered sign-in, when the request lets it stand for a new one.
    private func liveSession(for request: AuthorizationRequest, hinted: OPUser?) -> OPSession? {
        guard let session = visit.sessionHandle.flatMap({ visit.tenant.session($0) }) else { return nil }
        guard request.prompts.isDisjoint(with: ["login", "select_account"]) else { return nil }
        guard request.loginHint == nil || hinted?.sub == session.user.sub else { return nil }
        if let maxAge = request.maxAge, visit.now - session.authTime > maxAge { return nil }
        return session
    }

    private func refusal(_ text: String) -> Response {
        Answer.html(MessagePage(brand: visit.brand, title: "This sign-in cannot go on", text: text).html(), .badRequest)
    }
}
