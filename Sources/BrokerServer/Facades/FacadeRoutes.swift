import Broker
import BrokerEngine
import BrokerModel
import Foundation
import HTTPTypes
import Hummingbird

/// What we are toward the sites' JSM: every facade below its own root, `/vestibule/<kind>/<site>`.
struct FacadeRoutes: Sendable {
    /// A request that belongs to a site's facade.
    struct Call: Sendable {
        let request: Request
        let address: FacadeAddress
        let site: Site
        /// Below the facade's root.
        let route: String
        /// Where the browser is.
        let network: ClientNetwork?
    }

    let web: Web

    init(_ web: Web) { self.web = web }

    func add(to group: RouterGroup<WebContext>) {
        for kind in web.engine.facades.kinds {
            for path in [RouterPath("\(kind)/:site"), RouterPath("\(kind)/:site/**")] {
                for method: HTTPRequest.Method in [.get, .head, .post] {
                    group.on(path, method: method) { request, context in
                        let response = try await respond(to: request, context, kind: kind)
                        return method == .head ? response.createHeadResponse() : response
                    }
                }
            }
        }
    }

    private func respond(to request: Request, _ context: WebContext, kind: FacadeKind) async throws -> Response {
        // Before a body is read for it.
        guard let call = call(request, context, kind: kind) else { throw HTTPError(.notFound) }
        do {
            let read = try await read(call)
            guard let answer = try await web.engine.facades.respond(to: read, at: call.address) else {
                throw HTTPError(.notFound)
            }
            return try await response(to: answer, call)
        } catch var failure as FacadeFailure {
            if failure.organization == nil { failure.organization = await organization(request) }
            throw failure
        }
    }

    // MARK: Reading

    /// The path as it came: what is escaped in it is no name of ours.
    private func call(_ request: Request, _ context: WebContext, kind: FacadeKind) -> Call? {
        let root = "/vestibule/\(kind)/"
        guard request.uri.path.hasPrefix(root) else { return nil }
        let parts = request.uri.path.dropFirst(root.count).split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let site = web.site(SiteID(rawValue: String(name))), site.facade(kind) != nil
        else { return nil }
        return Call(
            request: request, address: FacadeAddress(site: site.id, kind: kind), site: site,
            route: parts.count == 2 ? String(parts[1]) : "", network: context.network)
    }

    private func read(_ call: Call) async throws -> FacadeRequest {
        let (request, isPost) = (call.request, call.request.method == .post)
        let query = request.uri.query ?? ""
        guard query.utf8.count <= FacadeRequest.maximumQueryOctets else {
            throw await refuse(call, "the query is longer than \(FacadeRequest.maximumQueryOctets) octets")
        }
        let authorization = request.headers[values: .authorization]
        return FacadeRequest(
            method: isPost ? .post : .get, route: call.route, query: query,
            body: isPost ? try await body(call) : Data(), contentType: request.headers[.contentType],
            authorization: authorization.count == 1 ? Secret(authorization[0]) : nil,
            handle: web.handle(in: request).map { Secret($0.value) }, locales: request.locales)
    }

    private func body(_ call: Call) async throws -> Data {
        do throws(LoginError) {
            return try await call.request.octets(upTo: FacadeRequest.maximumBodyOctets)
        } catch {
            throw await refuse(call, error.detail)
        }
    }

    func refuse(_ call: Call, _ detail: String) async -> FacadeFailure {
        await web.engine.facades.refuse(FacadeError(.malformedRequest, detail: detail), at: call.address)
    }

    /// Whom the person may ask, where the browser has a session.
    private func organization(_ request: Request) async -> Organization? {
        guard let owner = try? await web.owner(in: request) else { return nil }
        return web.engine.live.resources.organizations[owner.customer.organization]
    }

    // MARK: Answering

    private func response(to answer: FacadeResponse, _ call: Call) async throws -> Response {
        switch answer {
        case .document(let document, _): response(document)
        case .step(let step, _): try await web.follow(step, at: call.address)
        case .signIn(let wanted): try await signIn(wanted, call)
        case .signOut(let wanted): try await signOut(wanted, call)
        case .confirmSignOut(let wanted): try await confirm(wanted, call)
        case .signOutAnswered(let state, let isComplete):
            await goOn(call, state: state, isComplete: isComplete)
        }
    }

    /// What may not be kept says so in HTTP/1.0's words too (RFC 6749 5.1).
    private func response(_ document: FacadeDocument) -> Response {
        var headers: HTTPFields = [.contentType: document.contentType]
        headers[.wwwAuthenticate] = document.challenge
        if let maxAge = document.maxAge {
            headers[.cacheControl] = "public, max-age=\(maxAge.wholeSeconds)"
        } else {
            headers[.cacheControl] = "no-store"
            headers[.pragma] = "no-cache"
        }
        return Response(
            status: HTTPResponse.Status(code: document.status), headers: headers,
            body: .init(byteBuffer: .init(bytes: document.body)))
    }

    /// A login like any other; it is the site's own, whatever host was asked.
    private func signIn(_ wanted: FacadeSignIn, _ call: Call) async throws -> Response {
        let login = try await web.engine.login.start(
            wanted, for: call.address, locales: call.request.locales,
            priorHandle: web.handle(in: call.request)?.value, network: call.network)
        return try web.follow(login.next, handle: login.handle, site: call.site, call.request)
            .setting(web.bindingCookies(login.reference, login.binding, call.request), isSecure: web.isSecure)
    }
}

extension HTTPField.Name {
    static let pragma = HTTPField.Name("Pragma")!
}
