import BrokerEngine
import BrokerModel
import Foundation
import Hummingbird

extension FacadeRoutes {
    /// What a sign-out brings back to the site travels in a cookie, sealed, beside the sites that have to hear.
    static let maximumConclusion = 1536

    /// The request proved which session is meant, so it ends whatever browser brought it.
    ///
    /// One that names none is asked about: no other site may sign a person out without their yes (M49).
    func signOut(_ wanted: FacadeSignOut, _ call: Call) async throws -> Response {
        guard let id = wanted.session else { return try await confirm(wanted, call) }
        try await checkConclusion(wanted, call)
        let isOwn = try await web.browserHasNoOther(than: id, call.request)
        let response: Response
        if let session = try await web.engine.sessions.list(.session(id), limit: 1).first {
            let step = try await web.engine.logout.signOut(
                session, site: call.site, wanted: "", asking: (call.address, wanted.conclusion),
                isProven: true)
            response = web.follow(step, site: call.site)
        } else {
            response = try await web.conclude(wanted.conclusion, at: call.address)
        }
        return isOwn ? web.signedOut(response, call.request) : response
    }

    /// Asks first.
    ///
    /// A cross-site POST brings no session cookie, so it goes on as a request that does.
    func confirm(_ wanted: FacadeSignOut, _ call: Call) async throws -> Response {
        try await checkConclusion(wanted, call)
        let question = try web.engine.logout.question(from: call.address, conclusion: wanted.conclusion)
        guard call.request.method != .post else {
            return web.redirect(to: "/vestibule/sign-out?\(FormField.question)=\(question)")
        }
        return try await AccountRoutes(web).signOutPage(call.request, question: question)
    }

    /// A site answered the sign-out that this browser is in, and it goes on; any other answer ends on our own page.
    func goOn(_ call: Call, state: String, isComplete: Bool) async -> Response {
        let step = await web.engine.logout.siteAnswered(
            call.address, state: state, isComplete: isComplete, cookie: call.request.cookie(web.cookies.logout))
        guard let step else { return web.signedOutRedirect }
        return web.follow(step, site: call.site)
    }

    private func checkConclusion(_ wanted: FacadeSignOut, _ call: Call) async throws {
        guard (wanted.conclusion?.count ?? 0) <= Self.maximumConclusion else {
            throw await refuse(call, "what the site wants back after a sign-out is too long")
        }
    }
}

extension Web {
    /// Nothing is left to end: the browser goes back to the site that asked, or to our own page.
    func conclude(_ conclusion: Data?, at address: FacadeAddress) async throws -> Response {
        let step: FacadeStep
        do {
            guard let conclusion, let module = try engine.facades.module(at: address) else { return signedOutRedirect }
            step = try await module.concludeSignOut(conclusion, isComplete: true)
        } catch {
            let error = error as? FacadeError ?? FacadeError(.configurationInvalid, detail: "\(error)")
            throw await engine.facades.refuse(error, at: address)
        }
        return try await follow(step, at: address)
    }

    /// Whether a browser shows cookies of the session or of none that lives.
    ///
    /// Without any we do not know: those that a cross-site POST leaves out may be another person's (M49).
    fileprivate func browserHasNoOther(than id: SessionID, _ request: Request) async throws -> Bool {
        guard handle(in: request) != nil else { return false }
        guard let owner = try await owner(in: request) else { return true }
        return owner.session.id == id
    }
}
