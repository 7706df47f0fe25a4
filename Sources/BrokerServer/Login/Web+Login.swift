import Broker
import BrokerEngine
import BrokerModel
import Foundation
import FoundationEssentials
import Hummingbird

extension Web {
    /// The most logins that one browser may have under way.
    static let maximumPendingLogins = 10

    /// A path of ours; built from handles of base64url characters, so that it always is one.
    func path(_ rest: String) -> PageURL {
        PageURL("/vestibule/\(rest)") ?? PageURL.start
    }

    /// The login that a path names, with the cookies that prove whose it is.
    func visit(_ request: Request, _ context: WebContext) throws -> LoginVisit {
        let handle = try context.parameters.require("handle")
        return LoginVisit(
            handle: handle, binding: binding(in: request), locales: request.locales, network: context.network)
    }

    /// Reads the binding cookie of a login.
    func binding(in request: Request) -> @Sendable (Reference) -> String? {
        let (header, prefix) = (request.cookieHeader, cookies.loginPrefix)
        return { reference in
            guard case .one(let value) = CookieHeader.value(of: prefix + reference.rawValue, in: header) else {
                return nil
            }
            return String(value)
        }
    }

    /// One binding cookie per pending login, at most ten per browser: the oldest give way (references sort by age).
    func bindingCookies(_ reference: Reference, _ binding: Secret<String>, _ request: Request) -> [SetCookie] {
        let old = CookieHeader.suffixes(after: cookies.loginPrefix, in: request.cookieHeader).sorted()
        let surplus = old.prefix(max(0, old.count - (Web.maximumPendingLogins - 1)))
        return surplus.map { SetCookie.clearing(cookies.loginPrefix + $0, sameSite: .none) } + [
            SetCookie(
                name: cookies.loginPrefix + reference.rawValue, value: binding.reveal(),
                maxAge: engine.environment.settings.loginLifetime, sameSite: .none)
        ]
    }

    /// Takes the binding cookie of a login back.
    func bindingCleared(_ reference: Reference) -> SetCookie {
        .clearing(cookies.loginPrefix + reference.rawValue, sameSite: .none)
    }

    /// A browser with a new session goes where it wanted to go.
    func signedIn(_ signedIn: SignedIn, _ request: Request) -> Response {
        let site = site(signedIn.site)
        let lifetimes = site?.lifetimes ?? SessionLifetimes()
        let place = engine.hosts.brokerPlace
        // A token of another site's is of no use here.
        let token = place == .site(signedIn.site) ? tokenCookie(signedIn.credentials.token) : .clearing(cookies.token)
        return redirect(to: destination(of: signedIn, request)).setting(
            [
                SetCookie(
                    name: handleName(at: place), value: signedIn.credentials.handle.reveal(),
                    maxAge: lifetimes.absolute),
                token, bindingCleared(signedIn.reference),
            ] + portalCookiesCleared(request), isSecure: isSecure)
    }

    /// Back to the site's own host, where the login began there, with what opens the session to this browser alone.
    private func destination(of signedIn: SignedIn, _ request: Request) -> String {
        guard let site = site(signedIn.site) else { return signedIn.returnTarget }
        if let code = signedIn.handOff { return handOff(code, to: site) }
        return location(of: signedIn.returnTarget, at: site, request)
    }

    /// Remembers a choice: a convenience that decides nothing.
    func choiceCookie(_ id: String) -> SetCookie {
        SetCookie(name: cookies.choice, value: id, maxAge: .seconds(180 * 86400))
    }

    /// Does what a login asks for next.
    func follow(_ turn: LoginTurn, handle: String, site: Site, _ request: Request) throws -> Response {
        switch turn {
        case .depart(let ticket): redirect(to: arrival(ticket))
        case .identify: redirect(to: "/vestibule/login/\(handle)", referrer: .sameOrigin)
        case .choose: redirect(to: "/vestibule/login/\(handle)/choose", referrer: .sameOrigin)
        case .linkSent: redirect(to: "/vestibule/login/\(handle)/sent", referrer: .sameOrigin)
        case .continueUniformly: redirect(to: "/vestibule/continue/\(handle)", referrer: .sameOrigin)
        case .step(let action, let connection, let state):
            try step(action, connection: connection, state: state, site: site, request)
        }
    }

    /// A step of a login that comes twice, late or from another tab, in a browser that is signed in: there is nothing to
    /// mend, so the person lands where they wanted to be.
    func recover(from failure: LoginFailure, _ request: Request) async throws -> Response {
        let stale: Set<LoginError.Code> = [.stateMismatch, .loginAlreadyUsed, .loginExpired, .browserMismatch]
        guard stale.contains(failure.code), let owner = try await owner(in: request),
            let site = site(failure.site) ?? site(of: request) ?? site(owner.session.site)
        else { throw failure }
        return redirect(to: location(of: target(of: failure) ?? site.defaultPath, at: site, request))
    }

    /// Where a login was to end, as far as this browser may know.
    ///
    /// The way back to a facade continues the site's request: only the browser that began the login may.
    private func target(of failure: LoginFailure) -> String? {
        guard let target = failure.returnTarget else { return nil }
        return target.hasPrefix("/") || failure.code != .browserMismatch ? target : nil
    }

    /// A page that posts fields to an IdP.
    func post(_ fields: [FormParameter], to url: URL, destination: String?, site: Site?) throws -> Response {
        guard let target = PageURL(url: url) else {
            throw LoginError(.providerMisbehaved, detail: "the module posts to an address that is not https")
        }
        return page(
            AutoPostPage(
                action: target, fields: fields.map { HiddenField(name: $0.name, value: $0.value) },
                destination: destination),
            site: site, referrer: .noReferrer)
    }

    /// Does what a connection's module says.
    func step(
        _ action: LoginStep.Action, connection: ConnectionID, state: Secret<String>, site: Site?, _ request: Request
    ) throws -> Response {
        switch action {
        case .redirect(let url): return redirect(to: url.absoluteString)
        case .formPost(let url, let fields):
            return try post(
                fields, to: url, destination: engine.live.resources.connections[connection]?.name, site: site)
        case .ask(let fields):
            return page(
                AskPage(
                    action: path("cb/\(connection)/answer"), transaction: state.reveal(), title: nil, intro: nil,
                    fields: fields.compactMap(AskField.init(of:)),
                    actions: fields.compactMap(AskAction.init(of:)), error: nil,
                    restart: site.map { signIn(to: $0, request) },
                    support: support(nil, site: site)),
                site: site)
        }
    }
}

extension PageURL {
    /// Where every login starts.
    static let start = PageURL("/vestibule/start")!
}

extension AskField {
    /// Nil for a button.
    fileprivate init?(of field: PromptField) {
        let kind: AskField.Kind? =
            switch field.style {
            case .text: .text
            case .code: .oneTimeCode
            case .action: nil
            }
        guard let kind else { return nil }
        self.init(name: field.name, label: field.label, kind: kind, help: field.help, error: field.problem)
    }
}

extension AskAction {
    /// Nil for a field.
    fileprivate init?(of field: PromptField) {
        guard field.style == .action else { return nil }
        self.init(name: field.name, label: field.label, help: field.help)
    }
}
