import BrokerServer
import Foundation
import Outbound
import Testing

/// Bodies: judged, streamed, refused.
@Suite(.serialized) struct InPathBodyTests {
    @Test func `a body that was judged goes on as the octets that were judged`() async throws {
        try await InPathWorld.with { world async throws in
            let body = "{ \"models\" : [\"user\"],\r\n \"options\":{\"portalId\" : 3} }"
            let fields = ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
            #expect(try await world.ask("POST", InPathWorld.models, fields, body: body).status == 200)
            let request = try #require(world.jsm.requests.first)
            #expect(String(decoding: request.body, as: UTF8.self) == body)
            #expect(request.values("Content-Length") == ["\(body.utf8.count)"])
        }
    }

    @Test func `a body that cannot be judged does not go on`() async throws {
        try await InPathWorld.with { world async throws in
            func send(_ body: String, _ fields: [String] = []) async throws -> Int {
                try await world.ask(
                    "POST", InPathWorld.models, ["Content-Length: \(body.utf8.count)"] + fields, body: body
                )
                .status
            }
            #expect(try await send("{\"models\":[],\"models\":[\"portal\"]}") == 400)
            #expect(try await send("not JSON") == 400)
            #expect(try await send("{}", ["Content-Encoding: gzip"]) == 400)
            #expect(try await send("{}", ["Content-Type: application/json; charset=utf-16"]) == 400)
            for type in ["json; charset=utf-16; x=utf-8", "json;charset=gbk;charset=utf-8", "json; charset=x-utf-8"] {
                #expect(try await send("{}", ["Content-Type: application/\(type)"]) == 400)
            }
            #expect(try await send("{}", ["Content-Encoding: identity", "Content-Encoding: gzip"]) == 400)
            #expect(try await send("{\"a\":\"" + String(repeating: "x", count: 300 * 1024) + "\"}") == 400)
            let chunk = "4e20\r\n" + String(repeating: " ", count: 20_000) + "\r\n"
            let chunked = try await world.ask(
                "POST", InPathWorld.models, ["Transfer-Encoding: chunked"],
                body: String(repeating: chunk, count: 15) + "0\r\n\r\n")
            #expect(chunked.status == 400)
            #expect(world.jsm.heads == 0)
        }
    }

    @Test func `an upload streams through unchanged, with a length and without`() async throws {
        try await InPathWorld.with { world async throws in
            let body = String(repeating: "0123456789abcdef", count: 20_000)
            let known = ["Content-Length: \(body.utf8.count)"]
            #expect(try await world.ask("POST", InPathWorld.upload, known, body: body).status == 200)
            let chunks = stride(from: 0, to: body.utf8.count, by: 40_000).map { _ in
                "9c40\r\n\(body.prefix(40_000))\r\n"
            }
            let sent = try await world.ask(
                "POST", InPathWorld.upload, ["Transfer-Encoding: chunked"], body: chunks.joined() + "0\r\n\r\n")
            #expect(sent.status == 200)
            #expect(world.jsm.requests.map(\.length) == [320_000, 320_000])
            #expect(world.jsm.requests.allSatisfy { String(decoding: $0.body, as: UTF8.self) == body })
            #expect(world.jsm.requests[0].values("Content-Length") == ["320000"])
            #expect(world.jsm.requests[1].values("Transfer-Encoding") == ["chunked"])
        }
    }

    @Test func `a client that waits for 100 gets it once the gate has let it through`() async throws {
        try await InPathWorld.with { world async throws in
            let fields = ["Content-Length: 5", "Expect: 100-continue"]
            let answer = try await world.ask("POST", InPathWorld.upload, fields, body: "hello")
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200"))
            #expect(world.jsm.requests.first?.values("Expect") == [])
            let refused = try await world.ask("POST", InPathWorld.upload, fields, cookies: "")
            #expect(refused.status == 401)
            #expect(try await world.ask("POST", InPathWorld.upload, ["Expect: 200-ok"]).status == 417)
            #expect(world.jsm.heads == 1)
        }
    }

    @Test func `a body that is too large is refused, announced or not`() async throws {
        try await InPathWorld.with(maxBody: 1000) { world async throws in
            let body = String(repeating: "x", count: 2000)
            #expect(try await world.ask("POST", InPathWorld.upload, ["Content-Length: 2000"], body: body).status == 413)
            #expect(world.jsm.heads == 0)
            let chunked = try await world.ask(
                "POST", InPathWorld.upload, ["Transfer-Encoding: chunked"], body: "7d0\r\n\(body)\r\n0\r\n\r\n")
            #expect(chunked.status == 413)
            #expect(world.jsm.requests.allSatisfy { !$0.isWhole })
        }
    }

    @Test(arguments: ["Content-Length: 100", "Transfer-Encoding: chunked"])
    func `a body that broke off never looks whole to JSM`(framing: String) async throws {
        try await InPathWorld.with { world async throws in
            let start = framing.hasPrefix("T") ? "5\r\nhello\r\n" : "hello"
            let socket = try HalfRequest(
                "POST \(InPathWorld.upload) HTTP/1.1\r\nHost: \(world.host)\r\nCookie: \(world.cookies)\r\n\(framing)\r\n\r\n"
                    + start, port: world.broker.publicPort)
            try await poll { world.jsm.heads == 1 }
            socket.close()
            try await poll { world.jsm.requests.count == 1 }
            #expect(world.jsm.requests[0].isWhole == false)
        }
    }

    @Test func `a slow reader holds JSM back`() async throws {
        let total = 64 << 20
        try await InPathWorld.with(answer: { _ in .large(total) }) { world async throws in
            let socket = try HalfRequest(
                "GET \(InPathWorld.page) HTTP/1.1\r\nHost: \(world.host)\r\nCookie: \(world.cookies)\r\n"
                    + "Connection: close\r\n\r\n", port: world.broker.publicPort)
            // What fits into the sockets on the way goes out, and no more.
            var last = -1
            try await poll {
                defer { last = world.jsm.sent }
                return world.jsm.sent > 0 && world.jsm.sent == last
            }
            #expect(world.jsm.sent < total / 2)
            #expect(socket.readAll() > total)
            #expect(world.jsm.sent == total)
        }
    }
}

/// A connection whose request, or answer, stays half.
final class HalfRequest: Sendable {
    private let descriptor: Int32

    init(_ text: String, port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let (socket, octets) = (descriptor, Array(text.utf8))
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected, write(descriptor, octets, octets.count) == octets.count else { throw WireServer.Failure() }
    }

    func close() { Glibc.close(descriptor) }

    /// How many octets come until the end; closes.
    func readAll() -> Int {
        defer { close() }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var total = 0
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return total }
            total += count
        }
    }
}

/// Looks again until it is so, for five seconds at most.
func poll(_ isSo: () -> Bool) async throws {
    for _ in 0..<50 {
        if isSo() { return }
        try await Task.sleep(for: .milliseconds(100))
    }
    #expect(isSo())
}
