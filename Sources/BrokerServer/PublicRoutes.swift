import Hummingbird

/// Everything that people, browsers and IdPs reach, all of it under `/vestibule/`.
struct PublicRoutes: Sendable {
    private let web: Web

    init(_ web: Web) { self.web = web }

    func router() -> Router<WebContext> {
        let router = Router(context: WebContext.self)
        router.addMiddleware {
            SafeHeaders(isSecure: web.isSecure)
            AccessLog(logger: web.logger)
            ErrorPages(web: web)
        }
        router.get("/healthz") { _, _ in "ok\n" }
        let group = router.group("/vestibule")
        LoginRoutes(web).add(to: group)
        CallbackRoutes(web).add(to: group)
        AccountRoutes(web).add(to: group)
        PublishedRoutes(web).add(to: group)
        return router
    }
}
