// SPDX-License-Identifier: Apache-2.0

package import Broker
import Foundation
import HTTPTypes

/// A way out for tests: whatever host a URL names, the request goes to a port of this machine, with that host in
/// `Host`.
///
/// A host that nobody here answers for does not resolve: nothing leaves the machine. Redirects are delivered, as the
/// guarded transport does.
package struct ReroutingTransport: HTTPTransport {
    private let resolve: @Sendable (_ host: String) -> Int?

    /// How long an exchange may take in whole, in seconds; the guarded transport gives an upstream five.
    package var patience = 5

    /// A transport over a directory of hosts.
    package init(_ resolve: @escaping @Sendable (_ host: String) -> Int?) { self.resolve = resolve }

    /// Sends one request and waits for the whole answer.
    package func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        guard let host = request.url.host()?.lowercased(), let path = Self.target(request.url) else {
            throw TransportError(.malformedURL, detail: "no host")
        }
        guard let port = resolve(host) else {
            throw TransportError(.nameNotResolved, detail: "\(host) is nobody's here")
        }
        let exchange = LoopbackExchange(
            port: port, message: Self.message(request, host: host, target: path), patience: patience)
        guard let answer = await exchange.run() else {
            throw TransportError(.unreachable, detail: "\(host) did not answer")
        }
        guard let response = LoopbackAnswer.read(answer) else {
            throw TransportError(.malformedAnswer, detail: "\(host) does not speak HTTP")
        }
        guard response.body.count <= 1 << 20 else { throw TransportError(.tooLarge, detail: host) }
        return response
    }

    private static func target(_ url: URL) -> String? {
        guard let parts = URLComponents(url: url, resolvingAgainstBaseURL: false) else { return nil }
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        return path + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")
    }

    private static func message(_ request: OutboundRequest, host: String, target: String) -> Data {
        var head = "\(request.method.rawValue) \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n"
        for field in request.headerFields { head += "\(field.name.rawName): \(field.value)\r\n" }
        if let body = request.body { head += "Content-Length: \(body.count)\r\n" }
        return Data("\(head)\r\n".utf8) + (request.body ?? Data())
    }
}

/// An answer as octets, read to the connection's end.
enum LoopbackAnswer {
    static func read(_ octets: Data) -> OutboundResponse? {
        guard let end = octets.firstRange(of: Data("\r\n\r\n".utf8)) else { return nil }
        var lines = String(decoding: octets[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let status = lines.removeFirst().split(separator: " ", maxSplits: 2)
        guard status.count >= 2, status[0].hasPrefix("HTTP/1."), let code = Int(status[1]) else { return nil }
        var fields = HTTPFields()
        for line in lines {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2, let name = HTTPField.Name(String(halves[0])) else { return nil }
            fields.append(HTTPField(name: name, value: halves[1].trimmingCharacters(in: .whitespaces)))
        }
        let rest = Data(octets[end.upperBound...])
        let isChunked = fields[.transferEncoding]?.lowercased() == "chunked"
        guard let body = isChunked ? joined(rest) : rest else { return nil }
        return OutboundResponse(status: .init(code: code), headerFields: fields, body: body)
    }

    private static func joined(_ chunked: Data) -> Data? {
        var body = Data()
        var rest = chunked
        while let end = rest.firstRange(of: Data("\r\n".utf8)) {
            let line = String(decoding: rest[rest.startIndex..<end.lowerBound], as: UTF8.self)
            guard let size = Int(line.prefix { $0 != ";" }, radix: 16) else { return nil }
            guard size > 0 else { return body }
            let start = end.upperBound
            guard rest.endIndex - start >= size + 2 else { return nil }
            body += rest[start..<(start + size)]
            rest = Data(rest[(start + size + 2)...])
        }
        return nil
    }
}
