import AsyncHTTPClient
import Broker
import Foundation
import NIOCore
import NIOHTTP1

/// A browser without a screen: cookies per host name, redirects followed one by one, forms posted.
final class Browser {
    struct Page {
        var url: String
        var status: Int
        var headers: HTTPHeaders
        var body: String

        var location: String? { headers.first(name: "Location") }
        var setCookies: [String] { headers["Set-Cookie"] }
    }

    struct TooManyRedirects: Error {}

    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: {
            var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
            let names = ["portal.localhost", "idp.localhost", "one.localhost", "two.localhost"]
            configuration.dnsOverride = Dictionary(uniqueKeysWithValues: names.map { ($0, "127.0.0.1") })
            return configuration
        }())

    /// Cookies by host name and name.
    var jar: [String: [String: String]] = [:]

    /// One request, nothing followed.
    func send(
        _ method: HTTPMethod, _ url: String, headers: [(String, String)] = [("Accept", "text/html")],
        form: [(String, String)]? = nil
    ) async throws -> Page {
        var request = HTTPClientRequest(url: url)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let host = URL(string: url)?.host() ?? ""
        if let cookies = jar[host], !cookies.isEmpty, !request.headers.contains(name: "Cookie") {
            let line = cookies.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "; ")
            request.headers.add(name: "Cookie", value: line)
        }
        if let form {
            request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: Self.encode(form)))
        }
        let response = try await Self.client.execute(request, timeout: .seconds(20))
        let body = String(buffer: try await response.body.collect(upTo: 4 << 20))
        keep(response.headers["Set-Cookie"], host: host)
        return Page(url: url, status: Int(response.status.code), headers: response.headers, body: body)
    }

    /// A navigation: redirects are followed, and so are pages that post themselves.
    func go(_ url: String, method: HTTPMethod = .GET, form: [(String, String)]? = nil) async throws -> Page {
        try await follow(from: try await send(method, url, form: form)) { _ in false }
    }

    /// Follows from a redirect until the callback has answered.
    func arrive(from page: Page) async throws -> Page {
        try await follow(from: page) { $0.url.contains("/vestibule/cb/") }
    }

    /// Follows a sign-out through the IdP until the broker has answered what came back.
    func returnFromIdP(_ page: Page) async throws -> Page {
        try await follow(from: page) { $0.url.hasSuffix("/signed-out") || $0.url.contains("/logout?") }
    }

    private func follow(from page: Page, until isThere: (Page) -> Bool) async throws -> Page {
        var page = page
        for _ in 0..<20 {
            if isThere(page) { return page }
            if let location = page.location {
                page = try await send(.GET, Self.resolve(location, from: page.url))
            } else if let (action, fields) = Self.selfPostingForm(in: page.body) {
                page = try await send(.POST, Self.resolve(action, from: page.url), form: fields)
            } else {
                return page
            }
        }
        throw TooManyRedirects()
    }

    func cookie(_ name: String, host: String = "portal.localhost") -> String? { jar[host]?[name] }

    private func keep(_ lines: [String], host: String) {
        for line in lines {
            let parts = line.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let pair = parts.first?.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false),
                pair.count == 2
            else { continue }
            let isGone = parts.contains { $0.lowercased() == "max-age=0" }
            jar[host, default: [:]][String(pair[0])] = isGone ? nil : String(pair[1])
        }
    }

    // MARK: Reading pages

    static func resolve(_ location: String, from url: String) -> String {
        URL(string: location, relativeTo: URL(string: url))?.absoluteString ?? location
    }

    /// The value of a hidden field.
    static func field(_ name: String, in body: String) -> String? {
        for tag in tags("input", in: body) where attribute("name", of: tag) == name {
            return attribute("value", of: tag)
        }
        return nil
    }

    static func action(in body: String) -> String? {
        tags("form", in: body).first.flatMap { attribute("action", of: $0) }
    }

    private static func selfPostingForm(in body: String) -> (String, [(String, String)])? {
        guard body.contains("vestibule.js") || body.contains("document.forms[0].submit()"),
            let form = tags("form", in: body).first, let action = attribute("action", of: form)
        else { return nil }
        let fields = tags("input", in: body).compactMap { tag in
            attribute("name", of: tag).map { ($0, attribute("value", of: tag) ?? "") }
        }
        return (action, fields)
    }

    private static func tags(_ name: String, in body: String) -> [String] {
        body.components(separatedBy: "<\(name)").dropFirst().map { $0.components(separatedBy: ">")[0] }
    }

    private static func attribute(_ name: String, of tag: String) -> String? {
        let parts = tag.components(separatedBy: "\(name)=\"")
        guard parts.count > 1 else { return nil }
        return parts[1].components(separatedBy: "\"")[0]
            .replacingOccurrences(of: "&amp;", with: "&").replacingOccurrences(of: "&#39;", with: "'")
            .replacingOccurrences(of: "&quot;", with: "\"").replacingOccurrences(of: "&lt;", with: "<")
            .replacingOccurrences(of: "&gt;", with: ">").replacingOccurrences(of: "&#x2B;", with: "+")
    }

    static func encode(_ form: [(String, String)]) -> String {
        form.map { "\(escaped($0))=\(escaped($1))" }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

extension Browser {
    /// From a deep link to the page where the e-mail is typed.
    func openLogin(_ broker: TestBroker, returnTarget: String = "/servicedesk/customer/portal/3") async throws -> Page {
        try await go("\(broker.origin)/vestibule/start?rd=\(returnTarget)")
    }

    /// Types an e-mail on the login page; nothing is followed.
    func type(_ email: String, on page: Page) async throws -> Page {
        try await send(
            .POST, Self.resolve(Self.action(in: page.body) ?? "", from: page.url),
            form: [("transaction", Self.field("transaction", in: page.body) ?? ""), ("email", email)])
    }

    /// Signs in and stops at the redirect back to the portal.
    @discardableResult
    func signIn(_ broker: TestBroker, as email: String = "alice@acme.example") async throws -> Page {
        let page = try await type(email, on: try await openLogin(broker))
        return try await arrive(from: page)
    }

    /// Asks the gate as nginx does.
    func askGate(
        _ broker: TestBroker, target: String = "/servicedesk/customer/portal/3", method: String = "GET",
        path: String = "/gate/nginx", accept: String = "text/html", cookies: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Page {
        let own = (jar["portal.localhost"] ?? [:]).sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(
            separator: "; ")
        return try await send(
            .GET, "http://127.0.0.1:\(broker.internalPort)\(path)",
            headers: [
                ("X-Vestibule-Site", "portal"), ("X-Vestibule-Target", target), ("X-Vestibule-Method", method),
                ("Accept", accept), ("Cookie", cookies ?? own),
            ] + headers)
    }
}
