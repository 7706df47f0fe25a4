import Hummingbird

/// What the public listener answers with: our own pages, and, where Vestibule is the proxy of a site, the site.
struct PublicResponder: HTTPResponder {
    let pages: RouterResponder<WebContext>
    /// Nil where a proxy of its own stands before every site.
    let door: Door?

    func respond(to request: Request, context: DoorContext) async throws -> Response {
        switch door?.place(of: request) ?? .pages {
        case .pages: try await pages.respond(to: request, context: context.web)
        case .site(let place): await door?.respond(to: request, at: place, context) ?? Response(status: .notFound)
        case .nowhere: request.method == .head ? Door.misdirected.createHeadResponse() : Door.misdirected
        }
    }
}
