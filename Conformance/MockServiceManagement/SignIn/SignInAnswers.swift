// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import Hummingbird
import MockServer

/// The answers to one request at the sign-in desk.
struct SignInAnswers {
    let desk: SignInDesk
    let visit: Visit
    let addresses: PortalAddresses

    private var sessions: SessionTable { desk.sessions }
    private var randomness: Randomness { desk.configuration.randomness }
    private var pages: PortalPages {
        PortalPages(
            frame: PageFrame(
                siteName: desk.configuration.siteName, base: desk.configuration.contextPath, visitor: visit.visitor))
    }

    // MARK: In

    /// Sends the browser to the IdP, with the way back kept here.
    func begin() async throws(LoginError) -> Response {
        let handle = FormFields(visit.query)["destination"]
        let browser = sessions.browser(desk.cookie(visit.received))
        let secrets = LoginSecrets(
            state: randomness.token(), nonce: randomness.token(), codeVerifier: randomness.token(),
            requestID: "_" + randomness.token())
        let url = try await desk.method.begin(secrets, at: addresses)
        sessions.wait(
            SessionTable.PendingLogin(
                browser: browser.cookie, secrets: secrets,
                returnPath: handle.flatMap(sessions.destination)
                    ?? "\(desk.configuration.contextPath)/servicedesk/customer/portals"))
        var answer = Answer.found(url.absoluteString)
        if browser.isNew { answer.headers[.setCookie] = desk.setCookie(browser.cookie) }
        return answer
    }

    /// Opens a session for whoever came back, under a new cookie.
    func complete() async throws(LoginError) -> Response {
        let callback = try self.callback()
        guard let handle = callback.parameters[desk.method.handleParameter],
            let pending = sessions.takeLogin(handle)
        else { throw LoginError(.stateMismatch, detail: "no login waits under this handle") }
        let cookie = desk.cookie(visit.received)
        guard !desk.method.comesWithCookie || cookie == pending.browser else {
            throw LoginError(.browserMismatch, detail: "another browser began this login")
        }
        let customer = try await desk.method.complete(callback, resuming: pending.secrets, at: addresses)
        desk.directory.take(customer)
        var answer = Answer.seeOther(pending.returnPath)
        answer.headers[.setCookie] = desk.setCookie(sessions.open(customer, replacing: [cookie, pending.browser]))
        return answer
    }

    func passwordForm() -> Response {
        let title = "Passwords are switched off"
        let text = "This portal takes no passwords. Please sign in through your organization."
        return Answer.html(pages.message(title, text), visit.method == .post ? .forbidden : .ok)
    }

    // MARK: Out

    /// Ends the session here, then sends the browser to end the IdP's.
    func logout() async throws(LoginError) -> Response {
        var answer = signedOut()
        if let customer = sessions.end(desk.cookie(visit.received)) {
            let pending = PendingPortalLogout(state: randomness.token(), requestID: "_" + randomness.token())
            // What is ended stays ended, whatever the IdP has for an answer.
            do throws(LoginError) {
                let step = try await desk.method.beginLogout(of: customer, pending, at: addresses)
                sessions.wait(pending)
                answer = deliver(step)
            } catch {
                sessions.keepRefusal(error.rule ?? error.code.rawValue)
            }
        }
        answer.headers[.setCookie] = desk.clearCookie
        return answer
    }

    func receiveLogout() async throws(LoginError) -> Response {
        let message = try await desk.method.receiveLogout(
            try callback(), at: addresses, pending: { sessions.takeLogout($0) })
        if let identifier = message.oneTime {
            guard sessions.isFirst(identifier) else {
                throw LoginError(.replayed, detail: "a logout message came twice")
            }
        }
        sessions.end(where: message.ends)
        return switch message.answer {
        case .ok: Answer.text("", type: "text/plain")
        case .deliver(let step): deliver(step)
        case .signedOut: signedOut()
        }
    }

    func metadata() throws(LoginError) -> Response {
        guard let document = try desk.method.metadata(at: addresses) else { return Response(status: .notFound) }
        return Answer.text(document, type: "application/samlmetadata+xml")
    }

    // MARK: Answers

    /// A page for people, JSON for the IdP's server.
    func refusal(_ code: String, of route: SignInRoute) -> Response {
        if route == .logoutMessage, desk.method.comesWithCookie {
            return Answer.json(["error": "invalid_request", "error_description": code], .badRequest)
        }
        return Answer.html(pages.signInFailed(code: code, again: desk.method.paths.begin), .badRequest)
    }

    private func signedOut() -> Response {
        Answer.html(pages.message("You are signed out", "Close the window, or sign in again from a portal."))
    }

    private func deliver(_ step: LogoutStep) -> Response {
        switch step {
        case .redirect(let url): Answer.found(url.absoluteString)
        case .formPost(let url, let fields): Answer.html(pages.posting(fields, to: url.absoluteString))
        case .done, .notConfigured: signedOut()
        }
    }

    private func callback() throws(LoginError) -> LoginCallback {
        try LoginCallback(
            method: visit.method == .post ? .post : .get, rawQuery: Data(visit.query.utf8),
            rawBody: Data(visit.body.utf8))
    }
}
