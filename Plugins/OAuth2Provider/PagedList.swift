import Broker
import Foundation
import HTTPTypes
import OpenIDConnect

/// A list that goes on at the address of its Link header (RFC 8288), page by page.
struct PagedList: Sendable {
    let first: URL
    let exchange: String
    let client: OAuthClient
    let accessToken: Secret<String>

    /// The most pages of one list.
    static let maximumPages = 20

    /// Every element of every page; a list that does not end is no list.
    func read() async throws(LoginError) -> [ClaimSet] {
        var elements: [ClaimSet] = []
        var page: URL? = first
        for _ in 0..<Self.maximumPages {
            guard let url = page else { return elements }
            let answer = try await client.get(url, accessToken: accessToken, of: exchange)
            elements += try Wire.jsonObjects(answer, of: exchange)
            page = try next(HTTPField.Name("Link").flatMap { answer.headerFields[$0] })
        }
        guard page == nil else {
            throw LoginError(.upstreamInvalid, detail: "\(exchange): more than \(Self.maximumPages) pages")
        }
        return elements
    }

    /// The next page, on the same origin: the access token goes with the request.
    private func next(_ header: String?) throws(LoginError) -> URL? {
        guard let header, let target = try target(in: header) else { return nil }
        guard let url = Discovery.endpoint(target), Self.origin(of: url) == Self.origin(of: first) else {
            throw LoginError(.upstreamInvalid, detail: "\(exchange): the next page is on another origin")
        }
        return url
    }

    /// The target of the link whose relation is `next`.
    ///
    /// A header that cannot be read refuses: taking it for the end would make a part of a list the whole.
    private func target(in header: String) throws(LoginError) -> String? {
        var rest = header[...]
        while let open = rest.firstIndex(of: "<") {
            guard let close = rest[open...].firstIndex(of: ">") else { throw unreadable }
            let target = rest[rest.index(after: open)..<close]
            let behind = rest[rest.index(after: close)...]
            let end = behind.firstIndex(of: "<") ?? behind.endIndex
            if Self.isNext(behind[..<end]) { return String(target) }
            rest = behind[end...]
        }
        let isNamed = ["rel=next", "rel=\"next"].contains { header.lowercased().filter { $0 != " " }.contains($0) }
        guard !isNamed else { throw unreadable }
        return nil
    }

    private var unreadable: LoginError {
        LoginError(.upstreamInvalid, detail: "\(exchange): RFC 8288 3: the Link header is malformed")
    }

    private static func isNext(_ parameters: Substring) -> Bool {
        parameters.split(whereSeparator: { $0 == ";" || $0 == "," }).contains { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1).map { $0.trimmingBlanks.lowercased() }
            guard parts.count == 2, parts[0] == "rel" else { return false }
            return parts[1].split(whereSeparator: { $0 == "\"" || $0 == " " }).contains("next")
        }
    }

    private static func origin(of url: URL) -> String {
        let scheme = url.scheme?.lowercased() ?? ""
        let port = url.port ?? (scheme == "https" ? 443 : 80)
        return "\(scheme)://\(url.host()?.lowercased() ?? ""):\(port)"
    }
}
