import BrokerServer
import Foundation
import NIOHTTP1
import Outbound
import Testing

/// A JSM that is down, slow or lying, and requests that are meant to be read in two ways.
@Suite(.serialized) struct InPathFailureTests {
    private static var impatient: UpstreamLimits {
        var limits = UpstreamLimits()
        limits.answer = .milliseconds(300)
        return limits
    }

    @Test func `a JSM that is down reads as a page or as JSON, with a reference`() async throws {
        let port = try FreePort.find()
        try await InPathWorld.with(port: port) { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let page = try await browser.send(.GET, "\(broker.origin)\(InPathWorld.page)")
            #expect(page.status == 502)
            #expect(page.body.contains("The portal is not available right now"))
            #expect(page.headers.first(name: "Retry-After") == "10")
            #expect(page.headers.first(name: "Content-Security-Policy") != nil)
            let program = try await browser.send(
                .GET, "\(broker.origin)/rest/api/2/myself", headers: [("Accept", "application/json")])
            #expect(program.status == 502)
            #expect(program.body.contains("\"error\":\"portal_unreachable\""))
            #expect(program.body.contains("\"reference\":\""))
        }
    }

    @Test func `a JSM that does not answer in time is a 504`() async throws {
        try await InPathWorld.with(limits: Self.impatient, answer: { _ in .silence }) { world async throws in
            let answer = try await world.ask()
            #expect(answer.status == 504)
            #expect(answer.payload.contains("portal_timeout"))
        }
    }

    @Test(arguments: [
        "220 smtp.example ready\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 200_000))\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-",
    ])
    func `a head that is none is a 502`(head: String) async throws {
        try await InPathWorld.with(answer: { _ in .last(head) }) { world async throws in
            #expect(try await world.ask().status == 502)
        }
    }

    @Test func `a body that JSM breaks off does not look whole to the browser`() async throws {
        try await InPathWorld.with(answer: { request in
            request.line.contains("/portal/4")
                ? .last("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
                : .last("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
        }) { world async throws in
            let known = try await world.ask()
            #expect(known.fields("Content-Length") == ["100"] && known.payload.utf8.count < 100)
            let chunked = try await world.ask("GET", "/servicedesk/customer/portal/4")
            #expect(!chunked.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func `an answer that comes before the upload has ended gets back`() async throws {
        try await InPathWorld.with(maxBody: 64 << 20, answer: { _ in .reply() }) { world async throws in
            let jsm = try EarlyAnswer()
            defer { jsm.stop() }
            try await InPathWorld.with(port: jsm.port) { broker in
                let browser = Browser()
                try await browser.signIn(broker)
                let page = try await browser.send(
                    .POST, "\(broker.origin)\(InPathWorld.upload)",
                    form: [("a", String(repeating: "x", count: 4 << 20))])
                #expect(page.status == 413)
                #expect(page.body == "too much")
            }
        }
    }

    @Test func `a client that goes away takes its request with it`() async throws {
        try await InPathWorld.with(answer: { _ in .silence }) { world async throws in
            let socket = try HalfRequest(
                "GET \(InPathWorld.page) HTTP/1.1\r\nHost: \(world.host)\r\nCookie: \(world.cookies)\r\n\r\n",
                port: world.broker.publicPort)
            try await poll { world.jsm.requests.count == 1 }
            socket.close()
            try await poll { world.jsm.hangUps == 1 }
        }
    }

    @Test func `a WebSocket does not pass`() async throws {
        try await InPathWorld.with { world async throws in
            let answer = try await world.ask(
                "GET", InPathWorld.page, ["Upgrade: WebSocket", "Sec-WebSocket-Key: eA==", "Sec-WebSocket-Version: 13"])
            #expect(answer.status == 501)
            #expect(answer.payload.contains("upgrade_unsupported"))
            #expect(world.jsm.heads == 0)
        }
    }

    @Test(arguments: [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 6\r\n", "Content-Length: -1\r\n",
        "Content-Length: +5\r\n", "Content-Length: 0x5\r\n", "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Transfer-Encoding : chunked\r\n",
        " Transfer-Encoding: chunked\r\n", "Host: evil.example\r\n",
        "Authorization: Basic eA==\r\nAuthorization: Basic eQ==\r\n",
    ])
    func `a request that is framed in two ways never reaches JSM`(fields: String) async throws {
        try await InPathWorld.with { world async throws in
            let smuggled = "GET /secure/admin HTTP/1.1\r\nHost: \(world.host)\r\n\r\n"
            let answer = try await world.raw(
                "POST \(InPathWorld.upload) HTTP/1.1\r\nHost: \(world.host)\r\nCookie: \(world.cookies)\r\n"
                    + "Connection: close\r\n\(fields)\r\n0\r\n\r\n\(smuggled)")
            #expect(answer.isEmpty || answer.status == 400, "\(answer.prefix(200))")
            #expect(world.jsm.heads == 0)
        }
    }

    @Test func `an absolute target is read as the path that goes on`() async throws {
        try await InPathWorld.with { world async throws in
            #expect(try await world.ask("GET", "http://evil.example\(InPathWorld.page)").status == 200)
            #expect(world.jsm.requests.first?.line == "GET \(InPathWorld.page) HTTP/1.1")
            #expect(world.jsm.requests.first?.values("Host") == [world.host])
        }
    }
}

/// A JSM that answers 413 after the head of a request and hangs up, its body unread.
private final class EarlyAnswer: Sendable {
    let port: Int
    private let listener: Int32

    init() throws {
        port = try FreePort.find()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let socket = listener
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 ? listen(socket, 8) : -1
            }
        }
        guard status == 0 else { throw WireServer.Failure() }
        Thread.detachNewThread {
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 2048)
                _ = read(connection, &buffer, buffer.count)
                let answer = Array("HTTP/1.1 413 Too Large\r\nContent-Length: 8\r\n\r\ntoo much".utf8)
                _ = write(connection, answer, answer.count)
                // Lets the answer be read before the reset.
                var rest = buffer
                for _ in 0..<8 { _ = read(connection, &rest, rest.count) }
                shutdown(connection, Int32(SHUT_WR))
                while read(connection, &rest, rest.count) > 0 {}
                close(connection)
            }
        }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
