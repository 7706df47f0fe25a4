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
            priorHandle: request.cookie(web.cookies.handle))
        do {
            return try respond(to: await web.engine.login.complete(arrival), request)
        } catch let failure as LoginFailure {
            return try await web.recover(from: failure, request)
        }
    }

    /// A logout message.
    ///
    /// The caller is an IdP's server, so a refusal is JSON (OpenID Connect Back-Channel Logout 2.8).
    private func logout(
        _ request: Request, _ context: WebContext, _ method: LoginCallback.Method
    ) async throws -> Response {
        let id = ConnectionID(rawValue: try context.parameters.require("connection"))
        do {
            switch try await web.engine.login.receiveLogout(read(request, method, .logout), at: id) {
            case .ok: return Response(status: .ok, headers: [.cacheControl: "no-store"])
            case .redirect(let url): return web.redirect(to: url.absoluteString)
            case .formPost(let url, let fields):
                return try web.post(fields, to: url, destination: nil, site: web.site(of: request))
            }
        } catch let failure as LoginFailure {
            return Response(
                status: .badRequest, headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: .init(
                    byteBuffer: .init(
                        string:
                            #"{"error":"invalid_request","error_description":"reference \#(failure.reference.displayed)"}"#
                    )))
        }
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
        case .signedIn(let signedIn): return signedInResponse(signedIn)
        case .turn(let turn):
            guard let site = web.site(of: request) else { throw HTTPError(.notFound) }
            return try web.follow(turn, handle: "", site: site)
        }
    }

    private func signedInResponse(_ signedIn: SignedIn) -> Response {
        let lifetimes = web.engine.live.resources.sites[signedIn.site]?.lifetimes ?? SessionLifetimes()
        return web.redirect(to: signedIn.returnTarget).setting(
            [
                SetCookie(
                    name: web.cookies.handle, value: signedIn.credentials.handle.reveal(), maxAge: lifetimes.absolute),
                web.tokenCookie(signedIn.credentials.token),
                .clearing(web.cookies.loginPrefix + signedIn.reference.rawValue, sameSite: .none),
            ], isSecure: web.isSecure)
    }
}

extension Web {
    /// The session token's cookie lives as long as the token: the handle brings a new one.
    func tokenCookie(_ token: Secret<String>) -> SetCookie {
        SetCookie(name: cookies.token, value: token.reveal(), maxAge: engine.environment.settings.tokenLifetime)
    }
}
