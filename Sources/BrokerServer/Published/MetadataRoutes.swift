import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird
import Logging

/// What a connection publishes for the operator of its IdP: SP metadata.
struct MetadataRoutes: Sendable {
    private let web: Web

    init(_ web: Web) { self.web = web }

    func add(to group: RouterGroup<WebContext>) {
        group.get("cb/:connection/metadata") { request, context in try await metadata(context) }
    }

    /// Served while the connection is disabled too: its operator sets up the IdP first.
    private func metadata(_ context: WebContext) async throws -> Response {
        let id = ConnectionID(rawValue: try context.parameters.require("connection"))
        guard let connection = web.engine.live.resources.connections[id] else { throw HTTPError(.notFound) }
        let document: PublishedDocument?
        do throws(LoginError) {
            document = try await web.engine.connections.metadata(of: connection)
        } catch {
            return refuse(error, id)
        }
        guard let document else { throw HTTPError(.notFound) }
        return Response(
            status: .ok, headers: [.contentType: document.contentType, .cacheControl: "public, max-age=300"],
            body: .init(byteBuffer: .init(bytes: document.body)))
    }

    /// The caller is a program or an operator, so a refusal is one line; what is wrong stands in the log.
    private func refuse(_ error: LoginError, _ id: ConnectionID) -> Response {
        let environment = web.engine.environment
        let reference = Reference.make(at: environment.time.now, environment.randomness)
        web.logger.error(
            "metadata could not be made",
            metadata: [
                "reference": "\(reference)", "connection": "\(id)", "code": "\(error.code.rawValue)",
                "detail": "\(error.detail)",
            ])
        return Response(
            status: .serviceUnavailable,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: .init(
                byteBuffer: .init(string: "This metadata is not available now. Reference \(reference.displayed)\n")))
    }
}
