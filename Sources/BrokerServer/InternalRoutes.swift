import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird
import Logging

/// What fronts and operators' machines reach, on a listener that nobody else does.
struct InternalRoutes: Sendable {
    private let web: Web
    private let metrics: PrometheusMetrics

    init(_ web: Web, metrics: PrometheusMetrics) {
        self.web = web
        self.metrics = metrics
    }

    func router() -> Router<WebContext> {
        let router = Router(context: WebContext.self)
        router.addMiddleware { EnvoyDialect(web) }
        router.get("/healthz") { _, _ in "ok\n" }
        router.get("/readyz") { _, _ in await ready() }
        router.get("/metrics") { _, _ in exposition() }
        NginxDialect(web).add(to: router)
        ForwardDialect(web).add(to: router)
        TraefikDialect(web).add(to: router)
        return router
    }

    /// Ready means: the store answers, and there is a key to sign with.
    private func ready() async -> Response {
        let live = web.engine.live
        do {
            _ = try await web.engine.environment.store.read { try $0.revocationEpoch() }
        } catch {
            return Response(
                status: .serviceUnavailable, body: .init(byteBuffer: .init(string: "the store does not answer\n")))
        }
        guard live.keys.signingKey(.session) != nil, live.keys.signingKey(.identity) != nil else {
            return Response(
                status: .serviceUnavailable, body: .init(byteBuffer: .init(string: "no signing key is active\n")))
        }
        return Response(status: .ok, body: .init(byteBuffer: .init(string: "ready\n")))
    }

    private func exposition() -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: .init(byteBuffer: .init(string: metrics.exposition())))
    }
}
