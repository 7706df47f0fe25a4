import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird

extension Request {
    /// The `Cookie` header; several lines are one, as HTTP/2 splits them (RFC 9113 8.2.3).
    var cookieHeader: String { headers[values: .cookie].joined(separator: "; ") }

    /// The value of a cookie that is there once; two of one name are none (M48).
    func cookie(_ name: String) -> String? {
        guard case .one(let value) = CookieHeader.value(of: name, in: cookieHeader), !value.isEmpty,
            value.utf8.count <= 4096
        else { return nil }
        return String(value)
    }

    /// The best five of the browser's languages.
    var locales: [String] {
        (headers[.acceptLanguage] ?? "").split(separator: ",").prefix(5).compactMap { part in
            part.split(separator: ";").first.map { $0.filter { !$0.isWhitespace } }
        }.filter { (1...35).contains($0.utf8.count) && $0.utf8.allSatisfy { $0.isLanguageTagOctet } }
    }
}

extension UInt8 {
    fileprivate var isLanguageTagOctet: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// A cookie to set.
///
/// Host-only, out of scripts' reach; nothing else is ever set.
struct SetCookie: Sendable, Equatable {
    enum SameSite: String {
        case lax = "Lax"
        /// For what a POST from an IdP must carry: a login's binding cookie, a sign-out that is under way.
        case none = "None"
    }

    var name: String
    var value: String
    var maxAge: Duration
    var sameSite = SameSite.lax
    /// Ours are over the whole host; those of a JSM may be under its own path, and are only ever taken.
    var path = "/"

    /// Takes a cookie back.
    static func clearing(_ name: String, sameSite: SameSite = .lax, path: String = "/") -> SetCookie {
        SetCookie(name: name, value: "", maxAge: .zero, sameSite: sameSite, path: path)
    }

    /// Takes the cookies of a site's JSM back, wherever it may have set them.
    static func clearingPortal(_ names: [String], of site: Site) -> [SetCookie] {
        let paths = Set(["/", site.contextPath, site.contextPath + "/"]).subtracting([""]).sorted()
        return names.flatMap { name in paths.map { .clearing(name, path: $0) } }
    }

    /// The header's value.
    ///
    /// Without TLS, which is loopback only, browsers take neither `Secure` nor `SameSite=None`.
    func rendered(isSecure: Bool) -> String {
        let site = isSecure ? sameSite : .lax
        return "\(name)=\(value); Path=\(path); Max-Age=\(maxAge.wholeSeconds); HttpOnly; SameSite=\(site.rawValue)"
            + (isSecure ? "; Secure" : "")
    }
}

extension Response {
    /// Adds cookies to set.
    func setting(_ cookies: [SetCookie], isSecure: Bool) -> Response {
        var response = self
        for cookie in cookies {
            response.headers.append(HTTPField(name: .setCookie, value: cookie.rendered(isSecure: isSecure)))
        }
        return response
    }
}
