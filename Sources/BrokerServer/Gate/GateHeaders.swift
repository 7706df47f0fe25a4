import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes

/// The headers by which a front asks, in one of the dialects.
///
/// A dialect reads its own and no other's: what means something to another front means nothing here, so that a client
/// which knows both gains nothing. The shipped configurations overwrite every one of theirs on every request.
struct GateHeaders: Sendable {
    static let site = HTTPField.Name("X-Vestibule-Site")!
    static let client = HTTPField.Name("X-Vestibule-Client")!

    /// nginx, by its `proxy_set_header`.
    static let nginx = GateHeaders(
        target: HTTPField.Name("X-Vestibule-Target")!, method: HTTPField.Name("X-Vestibule-Method")!)
    /// Caddy, Traefik, and HAProxy by our action.
    static let forward = GateHeaders(
        target: HTTPField.Name("X-Forwarded-Uri")!, method: HTTPField.Name("X-Forwarded-Method")!)
    /// Envoy asks with the request itself.
    static let envoy = GateHeaders(target: nil, method: nil)

    /// Where the target of the request at the door stands.
    let target: HTTPField.Name?
    /// Where its method stands.
    let method: HTTPField.Name?

    /// The request at the door, or nil where the front did not say what it is, or said something twice.
    ///
    /// One pass: this runs for every request of a site.
    ///
    /// - Parameters:
    ///   - given: What the question itself says, for a dialect without headers for it.
    ///   - isWarm: Leaves out where the client is, which no remembered answer depends on.
    func request(
        from fields: HTTPFields, given: (target: String, method: String)? = nil, body: GateBody = .unseen,
        isWarm: Bool = false
    ) -> GateRequest? {
        var (target, method) = (given?.target, given?.method)
        var (site, client, accept, authorization): (String?, String?, String?, String?)
        var cookies = ""
        for field in fields {
            switch field.name {
            case self.target:
                guard target == nil else { return nil }
                target = field.value
            case self.method:
                guard method == nil else { return nil }
                method = field.value
            case Self.site:
                guard site == nil else { return nil }
                site = field.value
            case Self.client:
                guard client == nil else { return nil }
                client = field.value
            case .authorization:
                guard authorization == nil else { return nil }
                authorization = field.value
            case .cookie: cookies = cookies.isEmpty ? field.value : "\(cookies); \(field.value)"
            case .accept: accept = field.value
            default: continue
            }
        }
        guard let target, let method, !method.isEmpty else { return nil }
        return GateRequest(
            site: site.map { SiteID(rawValue: $0) }, method: method, target: target, cookies: cookies, accept: accept,
            authorization: authorization, client: isWarm ? nil : client.flatMap { IPAddress($0) }, body: body)
    }
}
