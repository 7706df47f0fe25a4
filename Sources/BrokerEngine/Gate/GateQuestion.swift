import Broker
import BrokerModel
import ServiceManagement

/// A request at the door of a known site, read once.
struct GateQuestion: Sendable {
    let request: GateRequest
    let target: RequestTarget
    let plan: SitePlan
    let reading: RequestReading
    private let cookies: CookieNames

    init(_ request: GateRequest, _ target: RequestTarget, at plan: SitePlan, cookies: CookieNames) {
        self.request = request
        self.target = target
        self.plan = plan
        self.cookies = cookies
        reading = plan.grammar.read(target, method: request.method)
    }

    var site: Site { plan.site }

    /// Whether the site lists the path as public.
    ///
    /// A password or another credential of JSM's own is tried on any path: with one, no path is. Nor is one below `/s/` that
    /// JSM forwards to something else than an asset, however wide the pattern.
    var isPublic: Bool {
        !bringsCredential && !plan.grammar.isForwarded(target)
            && plan.isPublic(target, method: request.method)
    }

    /// Whether it is a link that JSM mailed, and nothing else besides.
    var isMailLink: Bool { !bringsCredential && reading.kind == .mailLink }

    private var bringsCredential: Bool { site.access.isSSOOnly && door == .passwordLogin }

    /// Whether it comes from where staff sit, as a front of ours saw it.
    var isFromStaff: Bool {
        guard let client = request.client else { return false }
        return site.access.staff.networks.contains { $0.contains(client) }
    }

    /// The way into JSM that it takes beside the sign-in; a credential of JSM's own is one wherever it is sent.
    var door: ClosedDoor.Door? {
        reading.kind.door ?? (request.authorization != nil && site.access.isSSOOnly ? .passwordLogin : nil)
    }

    // MARK: Body

    /// What is known of the places that a body names.
    enum Body: Sendable {
        /// It names none.
        case none
        case names(NamedPlaces)
        /// It may name any.
        case unseen
        case unreadable
    }

    var body: Body {
        guard let form = reading.namesInBody else { return .none }
        switch request.body {
        case .tooLarge: return .unreadable
        // A form adds to what its address says, which is judged; JSM files it where the address says.
        case .unseen: return reading.isBodyDecisive ? .unseen : .none
        case .seen(let octets):
            guard let names = try? plan.grammar.read(body: octets, as: form) else { return .unreadable }
            return .names(names)
        }
    }

    // MARK: Answers

    /// How to say no.
    var way: SignIn.Way {
        let navigation = NavigationCheck(
            method: request.method, accept: request.accept, path: target.path, contextPath: site.contextPath)
        let acceptsPage =
            request.accept?.contains("text/html") == true
            && RequestClass(path: target.path, contextPath: site.contextPath) == .navigation
        return navigation.isNavigation ? .redirect : acceptsPage ? .page : .problem
    }

    /// Where to come back to; after JSM's own sign-in page nobody wants to see it again.
    var returnTarget: String {
        let isReading = request.method == "GET" || request.method == "HEAD"
        return isReading && reading.kind != .signInPage ? request.target : site.defaultPath
    }

    var signIn: SignIn {
        SignIn(
            way: way, site: site.id, returnTarget: returnTarget,
            clearsCookies: CookieHeader.value(of: cookies.token, in: request.cookies) != .absent
                || CookieHeader.value(of: cookies.handle, in: request.cookies) != .absent)
    }

    var reset: PortalReset {
        PortalReset(
            way: way, site: site.id, returnTarget: returnTarget, cookies: site.cookiesOfPortal,
            isRepeated: CookieHeader.value(of: cookies.reset, in: request.cookies) != .absent)
    }

    func closedDoor(_ door: ClosedDoor.Door) -> ClosedDoor { ClosedDoor(door: door, site: site.id, way: way) }
}
