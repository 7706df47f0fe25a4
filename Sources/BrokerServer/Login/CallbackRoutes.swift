import Broker
import BrokerEngine
import BrokerModel
import Foundation
import HTTPTypes
import Hummingbird

/// Where IdPs send browsers back.
struct CallbackRoutes: Sendable {
    private let web: Web

    /// The largest posted message, before it is decoded.
    static let maximumOctets = 1 << 20
    /// The longest query.
    static let maximumQuery = 16 * 1024

    init(_ web: Web) { self.web = web }

    func add(to group: RouterGroup<WebContext>) {
        for path: RouterPath in ["cb/:connection", "cb/:connection/:endpoint"] {
            group.get(path) { request, context in try await callback(request, context, .get) }
            group.post(path) { request, context in try await callback(request, context, .post) }
        }
    }

    private func callback(
        _ request: Request, _ context: WebContext, _ method: LoginCallback.Method
    ) async throws -> Response {
        let endpoint = CallbackEndpoint(rawValue: context.parameters.get("endpoint") ?? "")
        let id = ConnectionID(rawValue: try context.parameters.require("connection"))
        // Before a body of up to a mebibyte is read for it.
        guard web.engine.live.resources.connections[id] != nil else { throw HTTPError(.notFound) }
        if endpoint == .logout { return try await logout(request, context, method) }
        guard endpoint == .login || endpoint == .answer else { throw HTTPError(.notFound) }
        let arrival = LoginReturn(
            connection: id,
            callback: try await read(request, method, endpoint), binding: web.binding(in: request),
            priorHandle: web.handle(in: request)?.value,
            site: web.isAtBroker(request) ? web.site(of: request)?.id : nil,
            locales: request.locales, network: context.network)
        if TestLogins.claims(arrival.callback) { return try await TestRoutes(web).arrive(arrival, request) }
        do {
            return try respond(to: await web.engine.login.complete(arrival), request)
        } catch let failure as LoginFailure {
            return try await web.recover(from: failure, request)
        }
    }

    /// The answer to a sign-out that this browser began, or a logout message of the IdP's own.
    private func logout(
        _ request: Request, _ context: WebContext, _ method: LoginCallback.Method
    ) async throws -> Response {
        let id = ConnectionID(rawValue: try context.parameters.require("connection"))
        do {
            let callback = try await read(request, method, .logout)
            let ticket = request.cookie(web.cookies.logout)
            let site = web.site(web.engine.logout.site(of: ticket)) ?? web.site(of: request)
            if let step = await web.engine.logout.complete(callback, at: id, cookie: ticket) {
                return web.follow(step, site: site)
            }
            switch try await web.engine.login.receiveLogout(callback, at: id, from: context.network) {
            case .ok: return Response(status: .ok, headers: [.cacheControl: "no-store"])
            case .redirect(let url): return web.redirect(to: url.absoluteString)
            case .frame(let url): return frame(of: url)
            case .formPost(let url, let fields):
                return try web.post(fields, to: url, destination: nil, site: site)
            }
        } catch let failure as LoginFailure {
            return refused(failure, request)
        } catch let error as LoginError {
            return refused(await web.engine.login.refuseLogout(error, at: id), request)
        }
    }

    /// An empty answer in a frame of the IdP's page; it says nothing of what ended.
    private func frame(of url: URL) -> Response {
        Response(
            status: .ok,
            headers: [
                .cacheControl: "no-store", .contentSecurityPolicy: PagePolicy.emptyFrame(of: url),
                .contentType: "text/plain; charset=utf-8",
            ])
    }

    /// A person's browser gets a page; an IdP's server gets JSON (OpenID Connect Back-Channel Logout 2.8).
    private func refused(_ failure: LoginFailure, _ request: Request) -> Response {
        if request.headers[.accept]?.contains("text/html") == true {
            return web.page(for: failure, request: request, status: .badRequest)
        }
        let text = #"{"error":"invalid_request","error_description":"reference \#(failure.reference.displayed)"}"#
        return Response(
            status: .badRequest, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: .init(string: text)))
    }

    private func read(
        _ request: Request, _ method: LoginCallback.Method, _ endpoint: CallbackEndpoint
    ) async throws(LoginError) -> LoginCallback {
        let query = Data((request.uri.query ?? "").utf8)
        guard query.count <= Self.maximumQuery else {
            throw LoginError(.malformedRequest, detail: "the query is longer than \(Self.maximumQuery) octets")
        }
        guard method == .post else { return try LoginCallback(method: .get, endpoint: endpoint, rawQuery: query) }
        return try LoginCallback(
            method: .post, endpoint: endpoint, rawQuery: query,
            rawBody: await request.octets(upTo: Self.maximumOctets))
    }

    private func respond(to result: LoginResult, _ request: Request) throws -> Response {
        switch result {
        case .signedIn(let signedIn): return web.signedIn(signedIn, request)
        case .turn(let turn, let id):
            guard let site = web.site(id) else { throw HTTPError(.notFound) }
            return try web.follow(turn, handle: "", site: site, request)
        case .restart(let connection, let hint):
            // A cross-site POST brings no session cookie; where logins start, a live session is seen and kept.
            let known = hint.map { "&login_hint=\($0.queryEncoded)" } ?? ""
            return web.redirect(to: "/vestibule/start?connection=\(connection.rawValue.queryEncoded)\(known)")
        case .offered(let login):
            // A page of ours, so that the session's own cookies come along: a cross-site POST brings none.
            return web.redirect(to: web.path("login/\(login.handle)/confirm").description)
                .setting(web.bindingCookies(login.reference, login.binding, request), isSecure: web.isSecure)
        }
    }
}

extension Web {
    /// The session token's cookie lives as long as the token: the handle brings a new one.
    func tokenCookie(_ token: Secret<String>) -> SetCookie {
        SetCookie(name: cookies.token, value: token.reveal(), maxAge: engine.environment.settings.tokenLifetime)
    }
}
