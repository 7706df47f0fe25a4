import BrokerEngine
import BrokerModel
import HTTPTypes

/// The headers by which a front asks.
///
/// The shipped configurations overwrite every one of them on every request.
enum GateHeaders {
    static let site = HTTPField.Name("X-Vestibule-Site")!
    static let target = HTTPField.Name("X-Vestibule-Target")!
    static let method = HTTPField.Name("X-Vestibule-Method")!

    /// The request at the door, or nil where the front did not say what it is, or said it twice.
    ///
    /// One pass: this runs for every request of a site.
    static func request(from fields: HTTPFields) -> GateRequest? {
        var (site, target, method, accept): (String?, String?, String?, String?)
        var cookies = ""
        for field in fields {
            switch field.name {
            case Self.target:
                guard target == nil else { return nil }
                target = field.value
            case Self.method:
                guard method == nil else { return nil }
                method = field.value
            case Self.site:
                guard site == nil else { return nil }
                site = field.value
            case .cookie: cookies = cookies.isEmpty ? field.value : "\(cookies); \(field.value)"
            case .accept: accept = field.value
            default: continue
            }
        }
        guard let target, let method else { return nil }
        return GateRequest(
            site: site.map { SiteID(rawValue: $0) }, method: method, target: target, cookies: cookies, accept: accept)
    }
}
