// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import Outbound
import Synchronization

/// What a browser got.
struct Page {
    let url: URL
    let status: Int
    let headers: HTTPFields
    let body: String

    /// Where a redirect leads.
    var location: URL? {
        guard (300..<400).contains(status), let text = headers[.location] else { return nil }
        return URL(string: text, relativeTo: url)?.absoluteURL
    }

    /// A parameter of the page's own URL.
    func parameter(_ name: String) -> String? {
        URLComponents(url: url, resolvingAgainstBaseURL: false)?.queryItems?.first { $0.name == name }?.value
    }

    /// The first form: where it goes, and its hidden fields.
    var form: (action: String, fields: [(String, String)])? {
        guard let form = body.firstMatch(of: /<form[^>]*action="([^"]*)"[\s\S]*?<\/form>/),
            let action = URL(string: Self.unescaped(form.1), relativeTo: url)?.absoluteString
        else { return nil }
        let fields = form.0.matches(of: /<input type="hidden" name="([^"]*)" value="([^"]*)"/).map {
            (Self.unescaped($0.1), Self.unescaped($0.2))
        }
        return (action, fields)
    }

    private static func unescaped(_ text: Substring) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(String(text)) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
}

/// A browser without a screen: cookies by host, redirects, forms.
final class TestBrowser: Sendable {
    private let transport: GuardedTransport
    private let cookies = Mutex<[String: [String: String]]>([:])

    init(_ transport: GuardedTransport) { self.transport = transport }

    /// A way to the two hosts of these tests.
    static func makeTransport() throws -> GuardedTransport {
        try GuardedTransport(
            policy: try OutboundPolicy(allow: [
                (host: "idp.localhost", cidr: "127.0.0.0/8"), (host: "jsm.localhost", cidr: "127.0.0.0/8"),
            ]), limits: OutboundLimits(deadline: .seconds(30)))
    }

    func cookie(_ name: String) -> String? { cookies.withLock { $0["jsm.localhost"]?[name] } }

    func get(_ url: String, headers: [(String, String)] = []) async throws -> Page {
        try await send(.get, url, headers: headers + [("Accept", "text/html")])
    }

    func post(_ url: String, form: [(String, String)], accept: String = "text/html") async throws -> Page {
        let body = form.map { "\($0.0)=\(Self.escaped($0.1))" }.joined(separator: "&")
        return try await send(
            .post, url, headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", accept)],
            body: Data(body.utf8))
    }

    func send(
        _ method: HTTPRequest.Method, _ url: String, headers: [(String, String)] = [], body: Data? = nil
    ) async throws -> Page {
        let address = try Self.url(url)
        let host = address.host() ?? ""
        var fields = HTTPFields()
        for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
        let sent = cookies.withLock { $0[host] ?? [:] }.map { "\($0.key)=\($0.value)" }.sorted()
        if !sent.isEmpty { fields[.cookie] = sent.joined(separator: "; ") }
        let response = try await transport.send(
            OutboundRequest(method: method, url: address, headerFields: fields, body: body))
        for value in response.headerFields[values: .setCookie] { take(value, host: host) }
        return Page(
            url: address, status: response.status.code, headers: response.headerFields,
            body: String(decoding: response.body, as: UTF8.self))
    }

    /// Goes on as a person would: follows redirects, signs in as `user` where a page asks, sends forms that only carry a
    /// message.
    func goOn(_ first: Page, as user: String? = nil) async throws -> [Page] {
        var trail = [first]
        for _ in 0..<20 {
            let page = trail[trail.count - 1]
            if let next = page.location {
                trail.append(try await get(next.absoluteString))
            } else if let user, page.body.contains("name=\"user\""), let form = page.form {
                trail.append(try await post(form.action, form: form.fields + [("user", user)]))
            } else if let form = page.form, form.fields.contains(where: { $0.0.hasPrefix("SAMLRe") }) {
                trail.append(try await post(form.action, form: form.fields))
            } else {
                break
            }
        }
        return trail
    }

    private func take(_ text: String, host: String) {
        let parts = text.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { return }
        let isClearing = parts.contains("Max-Age=0")
        cookies.withLock {
            $0[host, default: [:]][String(pair[..<equals])] =
                isClearing ? nil : String(pair[pair.index(after: equals)...])
        }
    }

    private static func url(_ url: String) throws -> URL {
        guard let url = URL(string: url) else { throw URLError(.badURL) }
        return url
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~")))
            ?? ""
    }
}
