import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes

/// The header fields of a request as JSM gets them.
enum ForwardedFields {
    /// Takes away what is for this connection only, what says who comes, and whatever a program behind us might take for
    /// either; then adds what the gate says, and nobody else.
    static func fields(
        of fields: HTTPFields, cookies: String, pass: Pass, site: Site, client: IPAddress?
    ) -> HTTPFields {
        let named = HopByHop.named(in: fields)
        var kept = HTTPFields()
        kept.reserveCapacity(fields.count + 10)
        for field in fields where !isDropped(field.name.canonicalName, named) { kept.append(field) }
        if pass.passesPortalCookies, let cookies = OwnCookies.cut(from: cookies) { kept[.cookie] = cookies }
        if let client {
            kept[.xForwardedFor] = "\(client)"
            kept[.xRealIP] = "\(client)"
        }
        kept[.xForwardedProto] = site.origin.hasPrefix("https:") ? "https" : "http"
        kept[.xForwardedHost] = site.host
        if case .customer(let grant) = pass {
            for (name, value) in grant.headers {
                guard let name = HTTPField.Name(name) else { continue }
                kept[name] = value
            }
        }
        return kept
    }

    private static func isDropped(_ name: String, _ named: Set<String>) -> Bool {
        // Servlet containers and CGI take `X_Vestibule_User`, and some `X.Vestibule.User`, for `X-Vestibule-User`.
        !name.utf8.allSatisfy { isLetterDigitOrHyphen($0) } || HopByHop.isOne(name) || named.contains(name)
            || framing.contains(name) || identity.contains(name) || prefixes.contains { name.hasPrefix($0) }
    }

    private static func isLetterDigitOrHyphen(_ octet: UInt8) -> Bool {
        (0x61...0x7A).contains(octet) || (0x30...0x39).contains(octet) || octet == 0x2D
    }

    /// Written anew.
    private static let framing: Set<String> = ["content-length", "host", "expect", "cookie", "cookie2"]
    /// What products believe in that nobody outside may say.
    private static let identity: Set<String> = [
        "forwarded", "x-vestibule", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip",
        "cf-connecting-ip", "remote-user", "remote-addr", "x-user", "x-http-method", "x-http-method-override",
        "x-method-override", "x-override-url",
    ]
    private static let prefixes = ["x-vestibule-", "x-forwarded-", "x-original-", "x-rewrite-", "x-remote-"]
}

/// Fields that are for one connection (RFC 9110 7.6.1).
enum HopByHop {
    static func isOne(_ name: String) -> Bool { all.contains(name) || name.hasPrefix("proxy-") }

    /// What `Connection` names beside them.
    static func named(in fields: HTTPFields) -> Set<String> {
        var names: Set<String> = []
        for line in fields[values: .connection] {
            for name in line.lowercased().split(separator: ",") { names.insert(String(name.trimmingBlanks)) }
        }
        return names
    }

    private static let all: Set<String> = [
        "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "http2-settings",
    ]
}

extension HTTPField.Name {
    static let xRealIP = HTTPField.Name("X-Real-IP")!
    static let xForwardedProto = HTTPField.Name("X-Forwarded-Proto")!
    static let xForwardedHost = HTTPField.Name("X-Forwarded-Host")!
}
