import Foundation
import Synchronization

/// A JSM that is nothing but sockets: it keeps every request octet for octet, and answers with the octets that a test gives
/// it.
final class WireServer: Sendable {
    struct Request: Sendable {
        /// Request line and fields, without the empty line.
        var head: String
        /// The first MiB of the body, decoded.
        var body: [UInt8]
        /// How large it was.
        var length: Int
        /// Whether it came to its end.
        var isWhole: Bool

        var line: String { head.components(separatedBy: "\r\n")[0] }

        func values(_ name: String) -> [String] {
            head.components(separatedBy: "\r\n").dropFirst().compactMap { line in
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { return nil }
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
        }

        var names: [String] {
            head.components(separatedBy: "\r\n").dropFirst().map { String($0.prefix { $0 != ":" }) }
        }
    }

    enum Answer: Sendable {
        /// These octets; the connection stays.
        case octets(String)
        /// These, and it is closed.
        case last(String)
        /// A body of so many octets, as fast as they are taken.
        case large(Int)
        /// Nothing, until the other side goes.
        case silence

        static func reply(_ body: String = "ok", _ fields: String = "", status: String = "200 OK") -> Answer {
            .octets("HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        }
    }

    private struct Seen {
        var requests: [Request] = []
        var heads = 0
        var hangUps = 0
        var sent = 0
        var isStopped = false
    }

    let port: Int
    private let listener: Int32
    private let seen = Mutex(Seen())
    private let answer: @Sendable (Request) -> Answer

    /// Whole and broken requests, in order.
    var requests: [Request] { seen.withLock(\.requests) }
    /// How many heads have come, of requests that may still be under way.
    var heads: Int { seen.withLock(\.heads) }
    /// How many connections the other side left while it had no answer.
    var hangUps: Int { seen.withLock(\.hangUps) }
    /// How many octets of large bodies were taken.
    var sent: Int { seen.withLock(\.sent) }

    struct Failure: Error {}

    init(_ answer: @escaping @Sendable (Request) -> Answer = { _ in .reply() }) throws {
        self.answer = answer
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = listener
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && listen(socket, 256) == 0
                    ? getsockname(socket, address, &length) : -1
            }
        }
        guard status == 0 else { throw Failure() }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in accept() }
    }

    func stop() {
        seen.withLock { $0.isStopped = true }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { return }
            Thread.detachNewThread { [self] in
                serve(connection)
                close(connection)
            }
        }
    }

    private func serve(_ connection: Int32) {
        var wire = Wire(connection)
        while let head = wire.head() {
            seen.withLock { $0.heads += 1 }
            var request = Request(head: head, body: [], length: 0, isWhole: true)
            wire.readBody(of: &request)
            let done = request
            seen.withLock { $0.requests.append(done) }
            guard request.isWhole else { return }
            switch answer(request) {
            case .octets(let text): wire.write(Array(text.utf8))
            case .last(let text):
                wire.write(Array(text.utf8))
                return
            case .large(let count):
                wire.write(Array("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n".utf8))
                let piece = [UInt8](repeating: 0x78, count: 64 * 1024)
                for _ in 0..<count / piece.count {
                    guard wire.write(piece) else { return }
                    seen.withLock { $0.sent += piece.count }
                }
            case .silence:
                if !wire.fill() { seen.withLock { $0.hangUps += 1 } }
                return
            }
        }
    }
}

/// One connection, read piece by piece.
private struct Wire {
    private let connection: Int32
    private var buffer: [UInt8] = []

    init(_ connection: Int32) { self.connection = connection }

    mutating func fill() -> Bool {
        var piece = [UInt8](repeating: 0, count: 256 * 1024)
        let count = read(connection, &piece, piece.count)
        guard count > 0 else { return false }
        buffer += piece[..<count]
        return true
    }

    @discardableResult
    func write(_ octets: [UInt8]) -> Bool {
        var sent = 0
        while sent < octets.count {
            let count = octets[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    mutating func head() -> String? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<end.upperBound)
                return head
            }
            guard fill() else { return nil }
        }
    }

    mutating func readBody(of request: inout WireServer.Request) {
        if request.values("Transfer-Encoding").contains("chunked") {
            while let line = line(), let count = Int(line, radix: 16) {
                request.isWhole = take(count, into: &request) && self.line() != nil
                if count == 0 || !request.isWhole { return }
            }
            request.isWhole = false
        } else if let length = request.values("Content-Length").first.flatMap({ Int($0) }) {
            request.isWhole = take(length, into: &request)
        }
    }

    private mutating func line() -> String? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n".utf8)) {
                let line = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<end.upperBound)
                return line
            }
            guard fill() else { return nil }
        }
    }

    private mutating func take(_ count: Int, into request: inout WireServer.Request) -> Bool {
        var left = count
        while left > 0 {
            if buffer.isEmpty, !fill() { return false }
            let taken = min(left, buffer.count)
            if request.body.count < 1 << 20 { request.body += buffer[..<taken] }
            buffer.removeSubrange(..<taken)
            request.length += taken
            left -= taken
        }
        return true
    }
}
