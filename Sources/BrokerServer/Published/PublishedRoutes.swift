import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird

/// Documents and assets that anybody may read.
struct PublishedRoutes: Sendable {
    private let web: Web

    init(_ web: Web) { self.web = web }

    func add(to group: RouterGroup<WebContext>) {
        group.get(".well-known/openid-configuration") { _, _ in discovery() }
        group.get("jwks") { _, _ in jwks() }
        group.get("assets/:name") { request, context in try asset(request, context) }
    }

    /// Issuer and key set, and no endpoint that does not exist: fronts need these two to check session tokens.
    private func discovery() -> Response {
        let body = #"{"issuer":"\#(web.publicURL)","jwks_uri":"\#(web.publicURL)/jwks"}"#
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "public, max-age=300"],
            body: .init(byteBuffer: .init(string: body)))
    }

    /// Cached for less time than a key is published before it signs.
    private func jwks() -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/jwk-set+json", .cacheControl: "public, max-age=300"],
            body: .init(byteBuffer: .init(bytes: web.engine.live.keys.publicJWKS)))
    }

    private func asset(_ request: Request, _ context: WebContext) throws -> Response {
        let name = try context.parameters.require("name")
        if name == "theme.css" {
            return asset(Array(themeStyle(request).utf8), type: "text/css; charset=utf-8")
        }
        guard let asset = WebAsset.published(name) else { throw HTTPError(.notFound) }
        return self.asset(asset.bytes, type: asset.contentType)
    }

    /// The style whose version the address has: a login's pages look like its own site, whatever host was asked.
    private func themeStyle(_ request: Request) -> String {
        let own = web.site(of: request).map(Theme.init(of:)) ?? .standard
        let version = (try? request.query())?["v"]
        let themes = [own, .standard] + web.engine.live.resources.sites.values.map(Theme.init(of:))
        let styles = themes.lazy.map(ThemeStyle.css)
        return styles.first { WebAsset.version(of: $0.utf8) == version } ?? ThemeStyle.css(for: own)
    }

    /// The address changes with the content, so that a browser may keep it.
    private func asset(_ bytes: [UInt8], type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "public, max-age=31536000, immutable"],
            body: .init(byteBuffer: .init(bytes: bytes)))
    }
}
