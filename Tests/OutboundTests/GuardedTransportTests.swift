import Broker
import Foundation
import HTTPTypes
import NIOHTTP1
import Outbound
import Synchronization
import Testing

/// Answers with one list after the other, the last for ever, and counts.
final class ScriptedResolver: Resolver {
    private let script: Mutex<[[IPAddress]]>
    private let asked = Mutex<[String]>([])

    init(_ answers: [[String]]) { script = Mutex(answers.map { $0.compactMap { IPAddress($0) } }) }

    /// The names that were looked up.
    var names: [String] { asked.withLock(\.self) }

    func addresses(of host: String) async throws(TransportError) -> [IPAddress] {
        asked.withLock { $0.append(host) }
        return script.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? [] }
    }
}

/// Never answers until it is given up.
struct StuckResolver: Resolver {
    func addresses(of host: String) async throws(TransportError) -> [IPAddress] {
        try? await Task.sleep(for: .seconds(600))
        throw TransportError(.nameNotResolved, detail: host)
    }
}

struct GuardedTransportTests {
    /// Runs a body with a transport that reaches `op.example` and `idp.localhost` on loopback.
    private func with<Result: Sendable>(
        trust: Bool = true, limits: OutboundLimits = .standard,
        resolver: any Resolver = ScriptedResolver([["127.0.0.1"]]),
        allow: [(host: String, cidr: String)] = [
            (host: "op.example", cidr: "127.0.0.0/8"), (host: "other.example", cidr: "127.0.0.0/8"),
            (host: "idp.localhost", cidr: "127.0.0.0/8"), (host: "127.0.0.1", cidr: "127.0.0.0/8"),
        ],
        _ body: (GuardedTransport) async throws -> Result
    ) async throws -> Result {
        let roots = trust ? [try CertificateAuthority.shared.get().authority] : []
        let policy = try OutboundPolicy(allow: allow, trustRoots: roots)
        let transport = try GuardedTransport(policy: policy, limits: limits, resolver: resolver)
        do {
            let result = try await body(transport)
            await transport.shutdown()
            return result
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    private func request(_ text: String) throws -> OutboundRequest {
        OutboundRequest(url: try #require(URL(string: text)))
    }

    private func failure(_ transport: GuardedTransport, _ url: String) async throws -> TransportError? {
        let request = try request(url)
        do throws(TransportError) {
            _ = try await transport.send(request)
            return nil
        } catch {
            return error
        }
    }

    private var tls: CertificateAuthority { get throws { try CertificateAuthority.shared.get() } }

    @Test func `sends a request and delivers the answer`() async throws {
        try await LoopbackServer.with(.reply(.created, [("X-Kind", "a"), ("X-Kind", "b")], body: "hello"), tls: tls) {
            server in
            try await with { transport in
                var request = try request("https://op.example:\(server.port)/token?a=b%20c")
                request.method = .post
                request.headerFields[.authorization] = "Basic eA=="
                request.headerFields[.contentType] = "application/x-www-form-urlencoded"
                request.headerFields[.connection] = "close"
                request.body = Data("grant_type=x".utf8)
                let response = try await transport.send(request)
                #expect(response.status == .created)
                #expect(response.body == Data("hello".utf8))
                #expect(response.headerFields[values: HTTPField.Name("X-Kind")!] == ["a", "b"])
                let head = try #require(server.requests.first)
                #expect(head.method == .POST)
                #expect(head.uri == "/token?a=b%20c")
                #expect(head.headers["host"] == ["op.example:\(server.port)"])
                #expect(head.headers["authorization"] == ["Basic eA=="])
                #expect(head.headers["content-length"] == ["12"])
                #expect(!head.headers["connection"].contains("close"))
                #expect(server.bodies == ["grant_type=x"])
            }
        }
    }

    @Test func `plain http reaches an opened loopback name without a lookup`() async throws {
        let resolver = ScriptedResolver([["10.0.0.1"]])
        try await LoopbackServer.with(.reply(.ok, [], body: "plain")) { server in
            try await with(resolver: resolver) { transport in
                let response = try await transport.send(request("http://idp.localhost:\(server.port)/"))
                #expect(response.body == Data("plain".utf8))
                let literal = try await transport.send(request("http://127.0.0.1:\(server.port)/"))
                #expect(literal.status == .ok)
                #expect(resolver.names.isEmpty)
            }
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `delivers a redirect and does not follow it`(status: Int) async throws {
        try await LoopbackServer.with(.reply(.ok, [], body: "secret")) { inner in
            let location = "http://127.0.0.1:\(inner.port)/"
            let answer = LoopbackServer.Answer.reply(
                HTTPResponseStatus(statusCode: status), [("Location", location)], body: "")
            try await LoopbackServer.with(answer, tls: tls) { server in
                try await with { transport in
                    let response = try await transport.send(request("https://op.example:\(server.port)/"))
                    #expect(response.status.code == status)
                    #expect(response.headerFields[.location] == location)
                    #expect(response.body.isEmpty)
                }
            }
            #expect(inner.connections == 0)
        }
    }

    @Test func `keeps a connection for the next request to the same target`() async throws {
        try await LoopbackServer.with(.reply(.ok, [], body: ""), tls: tls) { server in
            try await with { transport in
                for _ in 0..<3 { _ = try await transport.send(request("https://op.example:\(server.port)/")) }
                #expect(server.connections == 1)
                #expect(server.requests.count == 3)
            }
        }
    }

    @Test func `takes a body of exactly the limit and refuses one octet more`() async throws {
        let limits = OutboundLimits(bodyBytes: 100_000)
        try await LoopbackServer.with(.chunks(100_000)) { server in
            try await with(limits: limits) { transport in
                let found = try await transport.send(request("http://idp.localhost:\(server.port)/")).body.count
                #expect(found == 100_000)
            }
        }
        try await LoopbackServer.with(.chunks(100_001)) { server in
            try await with(limits: limits) { transport in
                let found = try await failure(transport, "http://idp.localhost:\(server.port)/")?.code
                #expect(found == .tooLarge)
            }
        }
    }

    @Test func `refuses an announced body of more than 1 MiB without reading it`() async throws {
        try await LoopbackServer.with(.announcement(1024 * 1024 + 1)) { server in
            try await with { transport in
                let found = try await failure(transport, "http://idp.localhost:\(server.port)/")?.code
                #expect(found == .tooLarge)
            }
        }
    }

    @Test(arguments: [LoopbackServer.Answer.silence, .drip, .announcement(10)])
    func `gives up on an answer that does not end`(answer: LoopbackServer.Answer) async throws {
        let limits = OutboundLimits(deadline: .milliseconds(300))
        try await LoopbackServer.with(answer) { server in
            try await with(limits: limits) { transport in
                let found = try await failure(transport, "http://idp.localhost:\(server.port)/")?.code
                #expect(found == .timedOut)
            }
        }
    }

    @Test func `gives up on a name that does not resolve in time`() async throws {
        try await with(limits: OutboundLimits(deadline: .milliseconds(100)), resolver: StuckResolver()) { transport in
            let found = try await failure(transport, "https://op.example/")?.code
            #expect(found == .timedOut)
        }
    }

    @Test func `refuses a certificate for another host`() async throws {
        try await LoopbackServer.with(.reply(.ok, [], body: ""), tls: tls) { server in
            try await with { transport in
                let found = try await failure(transport, "https://other.example:\(server.port)/?code=s3cr3t")?.code
                #expect(found == .tlsFailed)
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test func `refuses an authority that is not trusted`() async throws {
        try await LoopbackServer.with(.reply(.ok, [], body: ""), tls: tls) { server in
            try await with(trust: false) { transport in
                let found = try await failure(transport, "https://op.example:\(server.port)/")?.code
                #expect(found == .tlsFailed)
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test func `refuses plain text where TLS is expected`() async throws {
        try await LoopbackServer.with(.reply(.ok, [], body: "")) { server in
            try await with { transport in
                let found = try await failure(transport, "https://op.example:\(server.port)/")?.code
                #expect(found == .tlsFailed)
            }
        }
    }

    @Test func `refuses what is not HTTP`() async throws {
        try await LoopbackServer.with(.garbage) { server in
            try await with { transport in
                let found = try await failure(transport, "http://idp.localhost:\(server.port)/")?.code
                #expect(found == .malformedAnswer)
            }
        }
    }

    @Test func `names an unreachable server at once`() async throws {
        let port = try await LoopbackServer.with(.silence) { $0.port }
        try await with { transport in
            let found = try await failure(transport, "http://idp.localhost:\(port)/")?.code
            #expect(found == .unreachable)
        }
        try await LoopbackServer.with(.hangUp) { server in
            try await with { transport in
                let found = try await failure(transport, "http://idp.localhost:\(server.port)/")?.code
                #expect(found == .unreachable)
            }
        }
    }

    @Test func `connects to the address that was checked when the name moves`() async throws {
        // The first server is where the check looked; the second is where a second lookup would lead.
        try await LoopbackServer.with(.reply(.ok, [], body: "checked"), host: "127.0.0.2", tls: tls) { checked in
            try await LoopbackServer.with(
                .reply(.ok, [], body: "moved"), host: "127.0.0.3", port: checked.port, tls: tls
            ) { moved in
                let resolver = ScriptedResolver([["127.0.0.2"], ["127.0.0.3"]])
                let allow = [(host: "op.example", cidr: "127.0.0.2/32")]
                try await with(resolver: resolver, allow: allow) { transport in
                    let url = "https://op.example:\(checked.port)/"
                    let found = try await transport.send(request(url)).body
                    #expect(found == Data("checked".utf8))
                    #expect(resolver.names == ["op.example"])
                    let later = try await failure(transport, url)?.code
                    #expect(later == .addressRefused)
                }
                #expect(moved.connections == 0)
                #expect(checked.connections == 1)
            }
        }
    }

    @Test func `tries the next checked address and keeps to the one that answers`() async throws {
        try await LoopbackServer.with(.reply(.ok, [], body: ""), host: "127.0.0.2", tls: tls) { server in
            try await with(resolver: ScriptedResolver([["127.0.0.9", "127.0.0.2"]])) { transport in
                for _ in 0..<2 {
                    let found = try await transport.send(request("https://op.example:\(server.port)/")).status
                    #expect(found == .ok)
                }
                #expect(server.connections == 1)
            }
        }
    }

    @Test func `one bad address among several refuses before any connection`() async throws {
        try await LoopbackServer.with(.reply(.ok, [], body: ""), tls: tls) { server in
            try await with(resolver: ScriptedResolver([["127.0.0.1", "169.254.169.254"]])) { transport in
                let found = try await failure(transport, "https://op.example:\(server.port)/")?.code
                #expect(found == .addressRefused)
            }
            #expect(server.connections == 0)
        }
    }

    @Test(arguments: [
        "http://op.example:PORT/", "https://op.example@127.0.0.1:PORT/", "https://localhost:PORT/",
        "https://0177.0.0.1:PORT/",
        "https://127.1:PORT/", "https://2130706433:PORT/", "https://127.0.0.1:PORT/",
        "https://[::ffff:127.0.0.1]:PORT/",
        "https://[64:ff9b::7f00:1]:PORT/", "https://0.0.0.0:PORT/", "http://127.0.0.1:PORT/",
        "https://op.example:PORT/",
        "http://idp.localhost:PORT/", "https://idp.localhost:PORT/",
    ])
    func `the standard policy opens no connection to this machine`(url: String) async throws {
        try await LoopbackServer.with(.reply(.ok, [], body: "")) { server in
            try await with(trust: false, allow: []) { transport in
                let found = try await failure(
                    transport, url.replacingOccurrences(of: "PORT", with: String(server.port)))
                #expect(found?.code == .malformedURL || found?.code == .addressRefused)
            }
            #expect(server.connections == 0)
        }
    }

    @Test func `a failure names the host and neither query nor header`() async throws {
        try await LoopbackServer.with(.hangUp, tls: tls) { server in
            try await with { transport in
                var request = try request("https://op.example:\(server.port)/cb?code=s3cr3t")
                request.headerFields[.authorization] = "Bearer s3cr3t"
                do throws(TransportError) {
                    _ = try await transport.send(request)
                    Issue.record("answered")
                } catch {
                    #expect(error.detail.contains("op.example"))
                    #expect(!error.detail.contains("s3cr3t"))
                }
            }
        }
    }

    @Test func `scopes share the pool and not the policy`() async throws {
        try await LoopbackServer.with(.reply(.ok, [], body: "")) { server in
            try await with { transport in
                let url = "http://idp.localhost:\(server.port)/"
                let closed = try transport.scoped(to: .standard)
                let found = try await failure(closed, url)?.code
                #expect(found == .malformedURL)
                let open = try transport.scoped(
                    to: OutboundPolicy(allow: [(host: "idp.localhost", cidr: "127.0.0.0/8")]))
                _ = try await transport.send(request(url))
                _ = try await open.send(request(url))
                await transport.shutdown()
                let later = try await failure(open, url)?.code
                #expect(later == .unreachable)
                await transport.shutdown()
            }
        }
    }

    @Test func `names each file of trust roots that is no PEM file`() throws {
        let policy = OutboundPolicy(trustRoots: ["/nowhere/ca.pem", "/etc/hostname"])
        do throws(SettingsError) {
            _ = try GuardedTransport(policy: policy)
            Issue.record("accepted")
        } catch {
            #expect(error.problems.map(\.path) == [["trustRoots", "0"], ["trustRoots", "1"]])
        }
    }

    @Test func `a caller that gives up is let go`() async throws {
        try await LoopbackServer.with(.silence) { server in
            try await with { transport in
                let url = "http://idp.localhost:\(server.port)/"
                let task = Task { try await failure(transport, url)?.code }
                task.cancel()
                let found = try await task.value
                #expect(found == .timedOut)
            }
        }
    }
}

struct SystemResolverTests {
    @Test func `knows an address in plain form`() async throws {
        let found = try await SystemResolver.shared.addresses(of: "127.0.0.1")
        #expect(found == [.v4(0x7F00_0001)])
    }

    @Test func `says that a name does not resolve`() async throws {
        // RFC 6761 6.4: `invalid` never resolves.
        do throws(TransportError) {
            _ = try await SystemResolver.shared.addresses(of: "nothing.invalid")
            Issue.record("resolved")
        } catch {
            #expect(error.code == .nameNotResolved)
            #expect(error.detail.hasPrefix("nothing.invalid: "))
        }
    }

    @Test func `many callers of one name each get the answer`() async throws {
        let answers = try await withThrowingTaskGroup(of: [IPAddress].self) { group in
            for _ in 0..<50 { group.addTask { try await SystemResolver.shared.addresses(of: "127.0.0.1") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 50)
        #expect(answers.allSatisfy { $0 == [.v4(0x7F00_0001)] })
    }

    @Test func `a caller that gives up does not wait for the name`() async {
        let task = Task { try await SystemResolver.shared.addresses(of: "gone.invalid") }
        task.cancel()
        let result = await task.result
        #expect(throws: TransportError.self) { try result.get() }
    }
}
