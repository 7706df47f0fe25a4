// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// Takes every request: control paths first, then count it, then answer it.
struct PortalRouter: Sendable {
    let configuration: MockPortal.Configuration
    let ledger: PortalLedger
    let sessions: SessionTable
    let directory: CustomerDirectory
    /// Nil where headers say who is there.
    let desk: SignInDesk?
    let book: DeskBook

    func respond(to request: Request, port: Int) async -> Response {
        let received = ReceivedRequest(request)
        let (path, query) = TomcatPath.split(received.target)
        let control = ControlRoutes(
            secret: configuration.controlSecret, ledger: ledger, sessions: sessions, directory: directory, book: book)
        if let answer = control.respond(to: received, path: path) { return answer }

        if let answer = await provision(request, received, inContext(path), query) { return answer }
        if let desk, let route = SignInRoute(path: inContext(path), paths: desk.method.paths) {
            ledger.record(received, kind: route.kind)
            let visit = Visit(
                received: received, method: request.method, query: query, body: await body(of: request),
                visitor: desk.visitor(received))
            return await desk.respond(route, visit, at: addresses(desk, port: port))
        }
        let route = PortalRoute(path: inContext(path))
        ledger.record(received, kind: route.kind)
        if let portal = route.portal { ledger.recordPortals([portal]) }
        let body = await body(of: request)
        let visitor = desk.map { $0.visitor(received) } ?? Visitor.of(received, under: configuration.identity)
        let visit = Visit(received: received, method: request.method, query: query, body: body, visitor: visitor)
        if let desk, visitor == nil, let refusal = desk.answerWithoutSession(route, visit) { return refusal }
        if let refusal = ClosedDoors(configuration: configuration).answer(route, visit) { return refusal }
        let door = DeskDoor(book: book, ledger: ledger)
        return door.refusal(route, visit) ?? answer(route, visit, door)
    }

    /// A call of the service account; nil for whoever brings no credentials, and for other paths.
    private func provision(
        _ request: Request, _ received: ReceivedRequest, _ path: String, _ query: String
    ) async -> Response? {
        guard let access = configuration.rest, !received.values("Authorization").isEmpty,
            let route = ProvisioningRoute(path: path, flavour: configuration.flavour)
        else { return nil }
        ledger.record(received, kind: "rest-provisioning")
        return ProvisioningCalls(
            configuration: configuration, access: access, book: book, received: received, method: request.method,
            query: query, body: await body(of: request)
        ).respond(route)
    }

    private func body(of request: Request) async -> String {
        (try? await request.body.collect(upTo: 1 << 20)).map { String(buffer: $0) } ?? ""
    }

    private func addresses(_ desk: SignInDesk, port: Int) -> PortalAddresses {
        PortalAddresses(
            base: configuration.url(port: port), flavour: configuration.flavour, paths: desk.method.paths)
    }

    private func answer(_ route: PortalRoute, _ visit: Visit, _ door: DeskDoor) -> Response {
        var configuration = configuration
        configuration.portals = door.visible(configuration.portals, to: visit.visitor)
        let pages = CustomerPages(configuration: configuration, ledger: ledger, visit: visit)
        let calls = ServiceDeskCalls(configuration: configuration, ledger: ledger, visit: visit)
        return switch route {
        case .home: Answer.seeOther("\(configuration.contextPath)/servicedesk/customer/portals")
        case .portals: pages.portals()
        case .portal(let id): pages.portal(id)
        case .create(let portal, let type): pages.create(portal, type)
        case .request(let portal, let key): pages.request(portal, key)
        case .requests: pages.requests()
        case .login: pages.login()
        case .signup: pages.signup()
        case .staticAsset(let path): pages.asset(path)
        case .info: calls.info()
        case .portalList: calls.portals()
        case .serviceDesks: calls.serviceDesks()
        case .createRequest: calls.createRequest()
        case .models: calls.models()
        case .userSearch: calls.userSearch()
        case .signupCall: calls.signup()
        case .loginCall: calls.login()
        case .myself: calls.myself()
        case .unknown: pages.unknown()
        }
    }

    /// The path behind the context path; a path outside the context means nothing.
    private func inContext(_ path: String) -> String {
        let context = configuration.contextPath
        guard !context.isEmpty else { return path }
        if path == context { return "/" }
        return path.hasPrefix(context + "/") ? String(path.dropFirst(context.count)) : "/outside-context"
    }
}
