import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// What every route needs: the engine, the pages, the names of our cookies.
struct Web: Sendable {
    let engine: Engine
    let renderer: PageRenderer
    let texts: Texts
    let cookies: CookieNames
    let isSecure: Bool
    let logger: Logger

    init(engine: Engine, logger: Logger) throws {
        self.engine = engine
        self.logger = logger
        texts = .english
        renderer = try PageRenderer(texts: .english)
        isSecure = engine.environment.settings.publicURL.hasPrefix("https:")
        cookies = CookieNames(isSecure: isSecure)
    }

    var publicURL: String { engine.environment.settings.publicURL }

    // MARK: Sites

    /// The site whose host was asked; the only one where there is only one.
    ///
    /// A host that is no site's gets none: nothing of the host header ever enters an answer.
    func site(of request: Request) -> Site? {
        let sites = engine.live.resources.sites
        if sites.count == 1 { return sites.first?.value }
        guard let host = request.head.authority?.lowercased() else { return nil }
        return sites.values.first { $0.host == host }
    }

    // MARK: Pages

    /// A page as a response, with the headers that every page has.
    func page(
        _ page: some Page, site: Site?, status: HTTPResponse.Status = .ok, referrer: ReferrerPolicy = .sameOrigin
    ) -> Response {
        let theme = site.map(Theme.init(of:)) ?? .standard
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
        headers[.contentSecurityPolicy] = PagePolicy.contentSecurityPolicy(theme: theme, plainHTTP: !isSecure)
        headers[.referrerPolicy] = referrer.rawValue
        let html = renderer.render(page, chrome: Chrome(theme: theme, texts: texts))
        return Response(status: status, headers: headers, body: .init(byteBuffer: .init(string: html)))
    }

    /// Sends a browser on with GET, whatever it came with (RFC 9110 15.4.4).
    func redirect(to location: String, referrer: ReferrerPolicy = .noReferrer) -> Response {
        var headers: HTTPFields = [.location: location, .cacheControl: "no-store"]
        headers[.referrerPolicy] = referrer.rawValue
        return Response(status: .seeOther, headers: headers)
    }

    func support(_ organization: Organization?, site: Site?) -> Support? {
        if let organization, let contact = organization.support {
            return Support(name: organization.name, contact: contact)
        }
        return site?.support.map { Support(contact: $0) }
    }
}

/// How much of an address a browser tells the next page.
enum ReferrerPolicy: String {
    case sameOrigin = "same-origin"
    /// Callback addresses carry one-time values.
    case noReferrer = "no-referrer"
}

extension Site {
    /// Host and, where it is not the scheme's own, port.
    var host: String { String(origin.split(separator: "/", maxSplits: 2).last ?? "") }
}

extension Theme {
    init(of site: Site) {
        self.init(
            productName: site.theme.productName, logo: site.theme.logo.flatMap { PageURL($0) },
            color: HexColor(site.theme.colour) ?? Theme.standard.color)
    }
}

extension HTTPField.Name {
    static let contentSecurityPolicy = HTTPField.Name("Content-Security-Policy")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
