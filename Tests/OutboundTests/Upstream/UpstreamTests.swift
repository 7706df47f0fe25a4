import Broker
import HTTPTypes
import NIOCore
import NIOHTTP1
import Testing

@testable import Outbound

/// The way to a JSM, against a real listener.
struct UpstreamTests {
    private func request(_ target: String = "/", _ method: HTTPRequest.Method = .get) -> UpstreamRequest {
        UpstreamRequest(method: method, target: target, host: "portal.example", fields: [:])
    }

    private func upstream(_ server: LoopbackServer, limits: UpstreamLimits = .standard) throws -> Upstream {
        try Upstream(try #require(UpstreamOrigin("http://127.0.0.1:\(server.port)")), limits: limits)
    }

    @Test(arguments: [
        "/", "/a?x={\"a\":1}&y=%20[1]", "/a|b?^`<>", "/%41%zz?%", "/a?", "/a??b?", "/a;b=c", "/?'()*\\", "/a//b/../c",
    ])
    func `a target goes out octet for octet`(target: String) async throws {
        try await LoopbackServer.with(.reply(.ok, [], body: "ok")) { server in
            let upstream = try upstream(server)
            let response = try await upstream.send(request(target))
            #expect(response.status == .ok)
            #expect(try await response.body.octets(upTo: 10).map { String(buffer: $0) } == "ok")
            #expect(server.requests.map(\.uri) == [target])
            #expect(server.requests[0].headers["Host"] == ["portal.example"])
            #expect(!server.requests[0].headers.contains(name: RawTargetHandler.field))
            await upstream.shutdown()
        }
    }

    @Test func `a redirect and a packed body come back as they are`() async throws {
        let fields = [
            ("Location", "/elsewhere"), ("Content-Encoding", "gzip"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"),
        ]
        try await LoopbackServer.with(.reply(.found, fields, body: "not gzip")) { server in
            let upstream = try upstream(server)
            for _ in 0..<2 {
                let response = try await upstream.send(request())
                #expect(response.status == .found)
                #expect(response.fields[values: .setCookie] == ["a=1", "b=2"])
                #expect(try await response.body.octets(upTo: 100).map { String(buffer: $0) } == "not gzip")
            }
            #expect(server.requests.count == 2 && server.connections == 1)
            #expect(server.requests.allSatisfy { !$0.headers.contains(name: "Cookie") })
            await upstream.shutdown()
        }
    }

    @Test func `a body larger than its bound is not held`() async throws {
        try await LoopbackServer.with(.chunks(10_000)) { server in
            let upstream = try upstream(server)
            #expect(try await upstream.send(request()).body.octets(upTo: 9_999) == nil)
            #expect(try await upstream.send(request()).body.octets(upTo: 10_000)?.readableBytes == 10_000)
            await upstream.shutdown()
        }
    }

    @Test(arguments: [
        (LoopbackServer.Answer.garbage, UpstreamError.malformed), (.hangUp, .hungUp), (.silence, .timedOut),
    ])
    func `every failure has its code`(answer: LoopbackServer.Answer, code: UpstreamError) async throws {
        try await LoopbackServer.with(answer) { server in
            var limits = UpstreamLimits()
            limits.answer = .milliseconds(200)
            let upstream = try upstream(server, limits: limits)
            await #expect(throws: code) { try await upstream.send(request()) }
            await upstream.shutdown()
        }
    }

    @Test func `only what changes nothing is sent a second time`() async throws {
        try await LoopbackServer.with(.hangUp) { server in
            let upstream = try upstream(server)
            await #expect(throws: UpstreamError.hungUp) { try await upstream.send(request("/", .post)) }
            #expect(server.requests.count == 1)
            await #expect(throws: UpstreamError.hungUp) { try await upstream.send(request("/", .get)) }
            #expect(server.requests.count == 3)
            await upstream.shutdown()
        }
    }

    @Test func `nobody there is unreachable`() async throws {
        let upstream = try Upstream(try #require(UpstreamOrigin("http://127.0.0.1:1")))
        await #expect(throws: UpstreamError.unreachable) { try await upstream.send(request()) }
        await upstream.shutdown()
    }

    @Test func `a certificate is believed by the roots of the site and by no others`() async throws {
        let authority = try CertificateAuthority.shared.get()
        try await LoopbackServer.with(.reply(.ok, [], body: "ok"), tls: authority) { server in
            let origin = try #require(UpstreamOrigin("https://idp.localhost:\(server.port)"))
            let trusting = try Upstream(origin, trustRoots: [authority.authority])
            #expect(try await trusting.send(request()).status == .ok)
            await trusting.shutdown()
            let strange = try Upstream(origin)
            await #expect(throws: UpstreamError.unreachable) { try await strange.send(request()) }
            await strange.shutdown()
        }
    }
}
