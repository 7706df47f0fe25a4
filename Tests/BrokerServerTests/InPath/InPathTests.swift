import BrokerModel
import BrokerServer
import Foundation
import NIOHTTP1
import Outbound
import Testing

/// The public listener as the proxy of a site: who gets through, and what of them.
@Suite(.serialized) struct InPathTests {
    @Test func `what is let through reaches JSM octet for octet, with who it is`() async throws {
        try await InPathWorld.with(answer: { _ in .reply("portal three") }) { world async throws in
            let target = "/servicedesk/customer/portal/3?q={%22a%22:1}&y=%20[1]|%41&z=%2520&&?"
            let answer = try await world.ask("GET", target)
            #expect(answer.status == 200)
            #expect(answer.payload == "portal three")
            let request = try #require(world.jsm.requests.first)
            #expect(request.line == "GET \(target) HTTP/1.1")
            #expect(request.values("Host") == [world.host])
            #expect(request.values("X-Vestibule-Email") == ["alice@acme.example"])
            for name in ["User", "Email", "Groups", "Organization", "Identity"] {
                #expect(request.values("X-Vestibule-\(name)").count == 1)
            }
            #expect(request.values("X-Forwarded-For") == ["127.0.0.1"])
            #expect(request.values("X-Forwarded-Proto") == ["http"])
            #expect(request.values("X-Forwarded-Host") == [world.host])
            #expect(request.values("x-vestibule-raw-target").isEmpty)
        }
    }

    @Test func `nobody without a session gets to JSM, whatever they send`() async throws {
        try await InPathWorld.with { world async throws in
            let page = try await world.ask("GET", InPathWorld.page, ["Accept: text/html"], cookies: "")
            #expect(page.status == 302)
            #expect(page.fields("Location")[0].hasSuffix("/vestibule/start?rd=\(InPathWorld.page)"))
            #expect(try await world.ask(cookies: "").status == 401)
            let upload = try await world.ask(
                "POST", InPathWorld.upload, ["Content-Length: 5"], body: "hello", cookies: "")
            #expect(upload.status == 401)
            let chunked = try await world.ask(
                "POST", InPathWorld.upload, ["Transfer-Encoding: chunked"], body: "5\r\nhello\r\n0\r\n\r\n",
                cookies: "vestibule=forged")
            #expect(chunked.status == 401)
            #expect(world.jsm.heads == 0)
        }
    }

    @Test func `our own pages stay where they are, and a path that only looks like one is refused`() async throws {
        try await InPathWorld.with { world async throws in
            #expect(try await world.ask("GET", "/healthz").payload == "ok\n")
            #expect(try await world.ask("GET", "/vestibule/jwks").status == 200)
            #expect(try await world.ask("GET", "/vestibule/nowhere").status == 404)
            for target in [
                "/vestibule/../secure", "/vestibule/%2e%2e/x", "/vestibule//x", "/%76estibule/x", "/healthz/..",
            ] {
                #expect(try await world.ask("GET", target).status == 400, "\(target)")
            }
            #expect(world.jsm.heads == 0)
        }
    }

    @Test(arguments: ["evil.example", "127.0.0.1", "portal.localhost.evil.example", "portal.localhost:1"])
    func `a host that is no site's is misdirected`(host: String) async throws {
        try await InPathWorld.with { world async throws in
            #expect(try await world.ask(host: host).status == 421)
            #expect(world.jsm.heads == 0)
        }
    }

    @Test func `without an upstream everything stays as it was`() async throws {
        try await TestBroker.with { broker in
            let page = try await Browser().send(.GET, "\(broker.origin)\(InPathWorld.page)")
            #expect(page.status == 404)
        }
    }

    @Test func `a site without an upstream of its own has our pages only`() async throws {
        let jsm = try WireServer()
        defer { jsm.stop() }
        let origin = try #require(UpstreamOrigin("http://127.0.0.1:\(jsm.port)"))
        let settings = InPathSettings(targets: .bySite(["other": .init(origin: origin)]))
        try await TestBroker.with(inPath: settings) { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            #expect(try await browser.send(.GET, "\(broker.origin)\(InPathWorld.page)").status == 404)
            #expect(jsm.heads == 0)
        }
    }

    @Test(arguments: ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "REPORT"])
    func `every method goes through as it came`(method: String) async throws {
        try await InPathWorld.with { world async throws in
            let hasBody = method != "GET"
            let answer = try await world.ask(
                method, "/servicedesk/customer/portal/3", hasBody ? ["Content-Length: 2"] : [],
                body: hasBody ? "{}" : "")
            #expect(answer.status == 200)
            let request = try #require(world.jsm.requests.first)
            #expect(request.line == "\(method) /servicedesk/customer/portal/3 HTTP/1.1")
            #expect(request.length == (hasBody ? 2 : 0))
        }
    }

    @Test(arguments: ["TRACE", "CONNECT"]) func `an echo and a tunnel do not`(method: String) async throws {
        try await InPathWorld.with { world async throws in
            #expect(try await world.ask(method).status == 501)
            #expect(world.jsm.heads == 0)
        }
    }

    @Test func `HEAD, 204 and 304 have no body, and the connection goes on behind them`() async throws {
        try await InPathWorld.with(answer: { request in
            switch true {
            case request.line.hasPrefix("HEAD /servicedesk/customer/portal/1 "):
                .octets("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n")
            case request.line.hasPrefix("HEAD"): .octets("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            case request.line.contains("/portal/4"): .octets("HTTP/1.1 204 No Content\r\n\r\n")
            case request.line.contains("/portal/5"): .octets("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n")
            default:
                .octets(
                    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast")
            }
        }) { world async throws in
            func line(_ method: String, _ portal: Int, _ more: String = "") -> String {
                "\(method) /servicedesk/customer/portal/\(portal) HTTP/1.1\r\nHost: \(world.host)\r\n"
                    + "Cookie: \(world.cookies)\r\n\(more)\r\n"
            }
            let answer = try await world.raw(
                line("HEAD", 1) + line("HEAD", 2) + line("GET", 4) + line("GET", 5)
                    + line("GET", 6, "Connection: close\r\n"))
            let parts = answer.components(separatedBy: "HTTP/1.1 ").dropFirst()
            #expect(parts.map { String($0.prefix(3)) } == ["200", "200", "204", "304", "200"])
            #expect(parts.first?.contains("ontent-Length: 1234\r\n") == true)
            #expect(
                parts.dropLast().allSatisfy {
                    $0.hasSuffix("\r\n\r\n") && $0.components(separatedBy: "\r\n\r\n").count == 2
                })
            #expect(parts.last?.payload == "last")
        }
    }

    @Test func `a refusal of HEAD has no body either`() async throws {
        try await InPathWorld.with { world async throws in
            let lines = { (more: String) in "HEAD \(InPathWorld.page) HTTP/1.1\r\nHost: \(world.host)\r\n\(more)\r\n" }
            let answer = try await world.raw(
                lines("Upgrade: websocket\r\n") + lines("")
                    + lines("Connection: close\r\n").replacing(world.host, with: "evil"))
            let parts = answer.components(separatedBy: "HTTP/1.1 ").dropFirst()
            #expect(parts.map { String($0.prefix(3)) } == ["501", "401", "421"])
            #expect(parts.allSatisfy { $0.hasSuffix("\r\n\r\n") && $0.components(separatedBy: "\r\n\r\n").count == 2 })
        }
    }

    @Test func `a hundred at once all get their own answer`() async throws {
        try await InPathWorld.with(answer: { .reply($0.line) }) { world async throws in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 1...100 {
                    group.addTask {
                        let target = "/servicedesk/customer/portal/\(number)"
                        return try await world.ask("GET", target).payload == "GET \(target) HTTP/1.1"
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(world.jsm.requests.count == 100)
        }
    }
}
