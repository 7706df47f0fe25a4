import Broker
import BrokerEngine
import BrokerModel
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Outbound

/// Adds the headers that no answer goes without.
struct SafeHeaders: RouterMiddleware {
    typealias Context = WebContext

    let isSecure: Bool

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}

/// Without TLS of our own, only the proxies that end it may connect (a listener off this machine stands behind
/// named trusted proxies).
struct TrustedPeers: RouterMiddleware {
    typealias Context = WebContext

    private static let ownMachine = ["127.0.0.0/8", "::1/128"].compactMap { AddressRange($0) }

    let ranges: [AddressRange]

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let isTrusted = isTrusted(context.peer)
        guard ranges.isEmpty || isTrusted else { return Response(status: .forbidden) }
        var context = context
        context.network = ClientNetwork(of: request, peer: context.peer, isProxy: isTrusted)
        return try await next(request, context)
    }

    /// A peer without an address is at our own unix socket.
    func isTrusted(_ peer: IPAddress?) -> Bool {
        guard let peer else { return true }
        return (Self.ownMachine + ranges).contains { $0.contains(peer) }
    }
}

/// Logs one line a request: method, path without its one-time parts, status, time.
///
/// Never the query, which holds one-time values, and never a header.
struct AccessLog: RouterMiddleware {
    typealias Context = WebContext

    let logger: Logger

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let clock = ContinuousClock()
        let started = clock.now
        let response = try await next(request, context)
        logger.info(
            "request",
            metadata: [
                "method": "\(request.method.rawValue)", "route": "\(context.endpointPath ?? "-")",
                "status": "\(response.status.code)",
                "milliseconds": "\((clock.now - started).wholeMicroseconds / 1000)",
            ])
        return response
    }
}

/// Turns whatever a route throws into a page that helps: one sentence, what to do, a reference.
struct ErrorPages: RouterMiddleware {
    typealias Context = WebContext

    let web: Web

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let failure as LoginFailure {
            return web.page(for: failure, request: request)
        } catch let error as LoginError {
            let failure = await web.engine.login.refuse(error)
            return web.page(for: failure, request: request)
        } catch let failure as FacadeFailure {
            return web.answer(to: failure, request)
        } catch let error as HTTPError {
            return page(code: error.status == .notFound ? "not_found" : "malformed_request", error.status, request)
        } catch {
            let reference = Reference.make(at: web.engine.environment.time.now, web.engine.environment.randomness)
            web.logger.error(
                "a request failed", metadata: ["reference": "\(reference)", "cause": "\(error)"])
            let isStore = error is StoreError
            return page(
                code: isStore ? "store_unavailable" : "internal", isStore ? .serviceUnavailable : .internalServerError,
                request, reference: reference)
        }
    }

    private func page(
        code: String, _ status: HTTPResponse.Status, _ request: Request, reference: Reference? = nil
    ) -> Response {
        let environment = web.engine.environment
        let reference = reference ?? Reference.make(at: environment.time.now, environment.randomness)
        web.logger.notice("a page said no", metadata: ["reference": "\(reference)", "code": "\(code)"])
        let site = web.site(of: request)
        return web.page(
            ErrorPage(
                code: code, message: web.texts.message(forCode: code), reference: reference.displayed,
                support: web.support(nil, site: site), retry: site.flatMap { web.portal(of: $0, request) }),
            site: site, status: status)
    }
}

extension Web {
    /// The page for a login that ended without a session.
    func page(for failure: LoginFailure, request: Request, status given: HTTPResponse.Status? = nil) -> Response {
        let site = site(failure.site) ?? site(of: request)
        return page(
            ErrorPage(
                code: failure.code.rawValue, message: texts.message(forCode: failure.code.rawValue),
                reference: failure.reference.displayed, support: support(failure.organization, site: site),
                retry: site.flatMap { retry(failure, $0, request) }),
            site: site, status: given ?? status(of: failure), referrer: .noReferrer)
    }

    /// Starts again.
    ///
    /// The way back to a facade carries a value of its own, and whoever sees this page may have come to somebody else's
    /// login: they begin where the site does.
    private func retry(_ failure: LoginFailure, _ site: Site, _ request: Request) -> PageURL? {
        let target = failure.returnTarget ?? site.defaultPath
        guard target.hasPrefix("/") else { return portal(of: site, request) }
        guard isHere(site, request) else { return PageURL(location(of: target, at: site, request)) }
        return PageURL("/vestibule/start?rd=\(target.queryEncoded)")
    }

    private func status(of failure: LoginFailure) -> HTTPResponse.Status {
        if failure.isDenial { return .forbidden }
        return switch failure.code {
        case .customerDisabled, .connectionDisabled, .organizationDisabled, .emailConflict, .emailUnverified,
            .emailDomainNotOwned, .emailMissing, .linkAmbiguous, .notAdmitted:
            .forbidden
        case .otherSession: .conflict
        case .rateLimited: .tooManyRequests
        case .upstreamUnavailable: .badGateway
        case .upstreamInvalid, .upstreamError: .badGateway
        case .storeUnavailable, .configurationInvalid, .notConfigured: .serviceUnavailable
        default: .badRequest
        }
    }
}

extension String {
    /// For one value of a query: everything but unreserved characters is escaped.
    var queryEncoded: String {
        var allowed = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        allowed.insert("/")
        return addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }
}
