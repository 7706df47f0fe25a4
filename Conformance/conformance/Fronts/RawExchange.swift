// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A request as its octets go over the wire.
struct RawRequest: Sendable {
    var method = "GET"
    /// The request target, octet for octet.
    var target: String
    /// Header lines in order, names and values as they are; `Host` and `Connection: close` come before them.
    var headers: [(String, String)] = []
    /// What is accepted; nil sends no such header.
    var accept: String? = RawRequest.html
    var body: [UInt8] = []
    /// The `Host`; nil is the site's.
    var host: String?

    static let html = "text/html,application/xhtml+xml,*/*;q=0.8"
    static let json = "application/json"

    init(
        _ method: String = "GET", _ target: String, headers: [(String, String)] = [],
        accept: String? = RawRequest.html, body: [UInt8] = [], host: String? = nil
    ) {
        (self.method, self.target, self.headers, self.accept) = (method, target, headers, accept)
        (self.body, self.host) = (body, host)
    }

    /// The octets.
    func octets(host standard: String) -> [UInt8] {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: \(host ?? standard)", "Connection: close"]
        if let accept { lines.append("Accept: \(accept)") }
        lines += headers.map { "\($0.0): \($0.1)" }
        if !body.isEmpty { lines.append("Content-Length: \(body.count)") }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}

/// An answer, read as far as tests need it.
struct RawAnswer: Sendable {
    /// 0 where the connection ended without one.
    var status = 0
    var headers: [(name: String, value: String)] = []
    var body = ""

    /// Reads octets; what is no answer has status 0.
    init(_ octets: [UInt8]) {
        guard let end = Self.endOfHead(octets) else { return }
        let lines = String(decoding: octets[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/"), let status = Int(words[1]) else { return }
        self.status = status
        headers = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (String(line[..<colon]), value)
        }
        body = String(decoding: octets[(end + 4)...], as: UTF8.self)
    }

    /// The values of a header, in order.
    func values(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The first value of a header, or nothing.
    func value(_ name: String) -> String { values(name).first ?? "" }

    /// Whether octets are an answer with all of its body, so that nobody has to wait for the end of the connection.
    static func isComplete(_ octets: [UInt8]) -> Bool {
        guard let end = endOfHead(octets) else { return false }
        let answer = RawAnswer(octets)
        if (300..<400).contains(answer.status) && answer.status != 307 { return true }
        if answer.value("Transfer-Encoding").lowercased().contains("chunked") {
            return octets.suffix(5).elementsEqual(Array("0\r\n\r\n".utf8))
        }
        guard let length = Int(answer.value("Content-Length")) else { return false }
        return octets.count >= end + 4 + length
    }

    private static func endOfHead(_ octets: [UInt8]) -> Int? {
        guard octets.count >= 4 else { return nil }
        let mark: [UInt8] = [13, 10, 13, 10]
        return (0...(octets.count - 4)).first { octets[$0..<($0 + 4)].elementsEqual(mark) }
    }
}
