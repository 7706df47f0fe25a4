import Broker
import BrokerEngine
import BrokerModel
import Hummingbird

/// A test login in the operator's browser: from the ticket to the page that says that it was a test.
///
/// It sets the binding cookie of the test and no other.
struct TestRoutes: Sendable {
    private let web: Web

    init(_ web: Web) { self.web = web }

    func add(to group: RouterGroup<WebContext>) {
        group.get("test-login/:ticket") { request, context in try await open(request, context) }
    }

    private func open(_ request: Request, _ context: WebContext) async throws -> Response {
        let ticket = try context.parameters.require("ticket")
        let test = try await web.engine.tests.open(ticket: ticket, locales: request.locales)
        let response = try respond(to: test.next, request)
        guard case .turn = test.next else { return response }
        return response.setting(
            web.bindingCookies(test.reference, test.binding, request), isSecure: web.isSecure)
    }

    /// The IdP sent the browser back, or the browser answered a page of the connection.
    func arrive(_ arrival: LoginReturn, _ request: Request) async throws -> Response {
        try respond(to: await web.engine.tests.complete(arrival), request)
    }

    private func respond(to step: TestStep, _ request: Request) throws -> Response {
        switch step {
        case .turn(.step(let action, let connection, let state)):
            return try web.step(action, connection: connection, state: state, site: nil, request)
        case .turn: throw HTTPError(.notFound)
        case .finished(let reference, let connection):
            return web.page(TestedPage(connection: connection), site: nil, referrer: .noReferrer)
                .setting([web.bindingCleared(reference)], isSecure: web.isSecure)
        }
    }
}
