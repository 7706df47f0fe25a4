import Broker
import Hummingbird
import Outbound

/// Everything that people, browsers and IdPs reach, all of it under `/vestibule/`.
struct PublicRoutes: Sendable {
    private let web: Web

    private let trustedPeers: [AddressRange]

    init(_ web: Web, trustedPeers: [AddressRange]) {
        self.web = web
        self.trustedPeers = trustedPeers
    }

    func router() -> Router<WebContext> {
        let router = Router(context: WebContext.self)
        router.addMiddleware {
            SafeHeaders(isSecure: web.isSecure)
            TrustedPeers(ranges: trustedPeers)
            AccessLog(logger: web.logger)
            ErrorPages(web: web)
        }
        router.get("/healthz") { _, _ in "ok\n" }
        let group = router.group("/vestibule")
        LoginRoutes(web).add(to: group)
        HandOffRoutes(web).add(to: group)
        CallbackRoutes(web).add(to: group)
        TestRoutes(web).add(to: group)
        AccountRoutes(web).add(to: group)
        BreakGlassRoutes(web).add(to: group)
        PublishedRoutes(web).add(to: group)
        MetadataRoutes(web).add(to: group)
        FacadeRoutes(web).add(to: group)
        return router
    }
}
