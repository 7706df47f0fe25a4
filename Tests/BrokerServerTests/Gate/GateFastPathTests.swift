import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

/// The fast path answers what it may and hands on the rest, in order.
@Suite(.serialized) struct GateFastPathTests {
    private func check(
        _ token: String, target: String = "/servicedesk/customer/portals", extra: String = "", isLast: Bool = false
    ) -> String {
        """
        GET /gate/nginx HTTP/1.1\r
        Host: gate\r
        X-Vestibule-Site: portal\r
        X-Vestibule-Method: GET\r
        X-Vestibule-Target: \(target)\r
        Cookie: vestibule=\(token)\r
        \(extra)\(isLast ? "Connection: close\r\n" : "")\r

        """
    }

    /// A broker with one warm token.
    private func warm(_ body: (TestBroker, String) async throws -> Void) async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            _ = try await browser.askGate(broker)
            broker.engine.live.confirm(at: broker.clock.now)
            try await body(broker, browser.cookie("vestibule") ?? "")
        }
    }

    private func statuses(_ answer: String) -> [String] {
        answer.components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) }
    }

    @Test func `pipelined checks are answered in the order in which they came`() async throws {
        try await warm { broker, token in
            let answer = try await RawConnection.ask(
                check(token) + check("forged") + check(token) + check(token, target: "//evil")
                    + check(token, isLast: true),
                port: broker.internalPort)
            #expect(statuses(answer) == ["200", "401", "200", "403", "200"])
        }
    }

    @Test func `every allowed answer carries the full identity header set once`() async throws {
        try await warm { broker, token in
            let answer = try await RawConnection.ask(
                check(token) + check("forged", isLast: true), port: broker.internalPort)
            for name in IdentityHeaders.names {
                #expect(answer.lowercased().components(separatedBy: "\r\n\(name.lowercased()): ").count == 2)
            }
            #expect(answer.lowercased().contains("\r\ncache-control: no-store"))
        }
    }

    @Test func `a check with a body goes the long way and swallows nothing`() async throws {
        try await warm { broker, token in
            let answer = try await RawConnection.ask(
                check(token, extra: "Content-Length: 5\r\n") + "hello" + check(token, isLast: true),
                port: broker.internalPort)
            #expect(statuses(answer) == ["200", "200"])
        }
    }

    @Test func `a front that wants the connection closed has it closed`() async throws {
        try await warm { broker, token in
            let clock = ContinuousClock()
            let started = clock.now
            let answer = try await RawConnection.ask(check(token, isLast: true), port: broker.internalPort)
            #expect(statuses(answer) == ["200"])
            // An open connection would only end with the five seconds for which the reader waits.
            #expect(clock.now - started < .seconds(4))
        }
    }

    @Test func `another path that begins like the gate's is not the gate`() async throws {
        try await warm { broker, token in
            let request = check(token, isLast: true).replacingOccurrences(of: "/gate/nginx ", with: "/gate/nginx/x ")
            let answer = try await RawConnection.ask(request, port: broker.internalPort)
            #expect(statuses(answer) == ["404"])
        }
    }

    @Test func `a token of a revoked session is refused on a connection that was warm`() async throws {
        try await warm { broker, token in
            let before = try await RawConnection.ask(
                check(token) + check("forged", isLast: true), port: broker.internalPort)
            #expect(statuses(before) == ["200", "401"])
            _ = try await broker.engine.sessions.end(.all, reason: .revoked, actor: .administrator("test"))
            let after = try await RawConnection.ask(
                check(token) + check("forged", isLast: true), port: broker.internalPort)
            #expect(statuses(after) == ["401", "401"])
        }
    }
}
