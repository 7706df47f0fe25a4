import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird
import JOSE

/// For fronts that check the session token themselves: handle in, token out, back to where the browser was.
struct RenewalRoutes: Sendable {
    private let web: Web

    init(_ web: Web) { self.web = web }

    func add(to group: RouterGroup<WebContext>) {
        group.get("renew") { request, _ in try await renew(request) }
    }

    /// The gate's own rules hold: no token for a site that does not admit the person.
    private func renew(_ request: Request) async throws -> Response {
        guard let site = web.site(of: request) else { throw HTTPError(.notFound) }
        let target = target(try request.query()["rd"] ?? "", site: site)
        guard let owner = try await web.owner(in: request) else { return start(target) }
        let organization = owner.customer.organization
        let pages = GateAnswerPages(web)
        guard site.admits(organization) else {
            return pages.notAdmitted(site.id, organization, accept: request.headers[.accept])
        }
        let rounds = RenewalRounds(of: request, names: web.cookies)
        guard rounds.mayGoOn else {
            return pages.refusal("sign_in_not_taken", .serviceUnavailable, site.id, request.headers[.accept])
        }
        guard let token = try await web.engine.sessions.renew(owner, site: site) else { return start(target) }
        return web.redirect(to: target)
            .setting([web.tokenCookie(token), rounds.next(with: token.reveal())], isSecure: web.isSecure)
    }

    private func start(_ target: String) -> Response {
        web.redirect(to: "/vestibule/start?rd=\(target.queryEncoded)")
    }

    /// A place at the site; never one of ours, which needs no token and might send the browser here again.
    private func target(_ wanted: String, site: Site) -> String {
        let target = web.engine.login.returnTarget(wanted, site: site)
        return target == "/vestibule" || target.hasPrefix("/vestibule/") || !target.hasPrefix("/")
            ? site.defaultPath : target
    }
}

/// How often a browser came back with the very token that it was given just now.
///
/// A front which does not take our tokens, by its clock or its key, sends every browser here again: that is said instead of
/// going round in circles. Several tabs whose token ran out together come a few times, too.
struct RenewalRounds: Sendable {
    private static let most = 4
    private static let memory = Duration.seconds(30)

    private let name: String
    private let count: Int

    /// Whether another round may help.
    var mayGoOn: Bool { count <= Self.most }

    init(of request: Request, names: CookieNames) {
        name = names.renewal
        let parts = request.cookie(names.renewal)?.split(separator: ".") ?? []
        guard parts.count == 2, parts[0].utf8.count == 1, let rounds = Int(parts[0]),
            let token = request.cookie(names.token), parts[1] == Self.mark(of: token)
        else {
            count = 0
            return
        }
        count = rounds + 1
    }

    /// What the browser keeps of this round.
    func next(with token: String) -> SetCookie {
        SetCookie(name: name, value: "\(count).\(Self.mark(of: token))", maxAge: Self.memory)
    }

    private static func mark(of token: String) -> String {
        String(Base64URL.encode(Digests.sha256("renewal\n" + token)).prefix(22))
    }
}
