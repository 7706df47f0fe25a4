// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// What a browser got.
struct Page: Sendable {
    var url: URL
    var status: Int
    var headers: [(name: String, value: String)]
    var body: String

    /// The values of a header, in order.
    func values(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// Where a redirect leads.
    var location: URL? {
        guard (300..<400).contains(status), let text = values("Location").first else { return nil }
        return URL(string: text, relativeTo: url)?.absoluteURL
    }
}

/// A browser without a screen: cookies, redirects, forms.
///
/// `*.localhost` is this machine.
final class Browser: Sendable {
    let jar = CookieJar()
    private let client: HTTPClient
    private let resolve: @Sendable (String) -> Int?

    /// A browser; a host that `resolve` gives a port for is that port of this machine, whatever the scheme.
    init(_ client: HTTPClient, resolve: @escaping @Sendable (_ host: String) -> Int? = { _ in nil }) {
        self.client = client
        self.resolve = resolve
    }

    /// Another browser, without cookies, on the same connections.
    convenience init(sharing other: Browser) { self.init(other.client, resolve: other.resolve) }

    /// A client that follows nothing by itself.
    static func makeClient() -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(30)),
            decompression: .disabled)
        // Fifty browsers at once are fifty connections.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        for host in ["idp.localhost", "portal.localhost", "broker.localhost", "jsm.localhost"] {
            configuration.dnsOverride[host] = "127.0.0.1"
        }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// One request, as it is.
    func send(
        _ method: String, _ url: String, headers: [(String, String)] = [], body: String? = nil
    ) async throws -> Page {
        let address = try unwrap(URL(string: url), "\(url) is no URL")
        let host = address.host() ?? ""
        var request = HTTPClientRequest(url: Self.place(address, resolve(host)))
        request.method = .RAW(value: method)
        if resolve(host) != nil { request.headers.add(name: "Host", value: host) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let cookies = jar.header(for: host) { request.headers.add(name: "Cookie", value: cookies) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await client.execute(request, timeout: .seconds(30))
        let buffer = try await response.body.collect(upTo: 8 << 20)
        for value in response.headers["Set-Cookie"] { jar.take(value, host: host) }
        return Page(
            url: address, status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
            body: String(buffer: buffer))
    }

    /// Where a request goes for an address.
    private static func place(_ url: URL, _ port: Int?) -> String {
        guard let port else { return url.absoluteString }
        let query = url.query(percentEncoded: true).map { "?\($0)" } ?? ""
        return "http://127.0.0.1:\(port)\(url.path(percentEncoded: true))\(query)"
    }

    /// Opens a page.
    func open(_ url: String, accept: String = "text/html,*/*;q=0.8") async throws -> Page {
        try await send("GET", url, headers: [("Accept", accept)])
    }

    /// Posts a form.
    func post(_ url: String, form: [(String, String)]) async throws -> Page {
        let body = form.map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&")
        return try await send(
            "POST", url,
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html,*/*;q=0.8")],
            body: body)
    }

    /// Goes on from a page for as long as it is sent on, and stops before a place that is not wanted.
    func follow(_ page: Page, while isWanted: (URL) -> Bool = { _ in true }) async throws -> [Page] {
        var trail = [page]
        while let next = trail[trail.count - 1].location, isWanted(next) {
            guard trail.count < 20 else { throw Unmet("redirects without end") }
            trail.append(try await open(next.absoluteString))
        }
        return trail
    }

    /// For one value of a query or form.
    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~")))
            ?? ""
    }
}
