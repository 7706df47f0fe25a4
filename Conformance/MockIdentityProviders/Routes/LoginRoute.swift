// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// The sign-in form.
///
/// Any password is right; an unknown user name is not.
struct LoginRoute {
    let visit: OPVisit

    func respond() throws -> Response {
        visit.tenant.count("login")
        guard let handle = visit.form["request"], let request = visit.tenant.waiting(handle) else {
            let page = MessagePage(
                brand: visit.brand, title: "This page is too old",
                text: "Please go back to the application and start again.")
            return Answer.html(page.html(), .badRequest)
        }
        let callback = CallbackAnswer(visit: visit, redirectURI: request.redirectURI, state: request.state)
        if visit.form["cancel"] != nil {
            visit.tenant.stopWaiting(handle)
            return callback.failure("access_denied", request.responseMode)
        }
        let typed = visit.form["pick"] ?? visit.form["user"] ?? ""
        guard let login = Login.read(typed, at: visit.tenant) else {
            let page = SignInPage(visit: visit, request: request, handle: handle)
            return Answer.html(page.html(typed: typed, problem: "There is no such user here."), .badRequest)
        }
        visit.tenant.stopWaiting(handle)
        let chosen = visit.form["fault"]
        return try signIn(
            .init(
                user: login.user, fault: login.fault ?? chosen.flatMap { OPFault(rawValue: $0) },
                vendorFault: login.vendorFault ?? chosen.flatMap { VendorFault(rawValue: $0) }), request)
    }

    private func signIn(_ typed: Login.Typed, _ request: AuthorizationRequest) throws -> Response {
        let login = Login(visit: visit, request: request)
        let session = login.newSession(typed.user)
        let handle = visit.host.secret(.session)
        visit.tenant.remember(session, handle: handle)
        var answer = try login.complete(session, fault: typed.fault, vendorFault: typed.vendorFault)
        answer.headers[.setCookie] = visit.cookie(handle)
        return answer
    }
}
