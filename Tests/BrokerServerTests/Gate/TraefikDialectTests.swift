import Broker
import BrokerEngine
import BrokerModel
import BrokerServer
import Foundation
import Testing

/// The gate as Traefik asks it: where its client stands, and which cookies it is told to pass on.
@Suite(.serialized) struct TraefikDialectTests {
    private typealias Question = DialectTests.Question

    private static let portals = "/servicedesk/customer/portals"

    private static func question(_ target: String = portals, method: String = "GET") -> DialectTests.Question {
        var question = Question.forward(target, method: method)
        question.line = "GET /gate/traefik"
        return question
    }

    /// Whoever stands in 10.1.0.0/16 is staff.
    private static func staffed(_ wanted: inout WantedResources) {
        wanted.sites[0].access.staff.networks = Set([AddressRange("10.1.0.0/16")].compactMap { $0 })
    }

    @Test func `a session passes with the full identity header set`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let answer = try await Self.question().ask(broker, browser)
            #expect(answer.status == 200 && answer.isUncached)
            for name in IdentityHeaders.names { #expect(answer.field(name.lowercased()).count == 1) }
        }
    }

    @Test func `the answer's cookies are JSM's and none of ours`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let bare = try await Self.question().ask(broker, browser)
            #expect(bare.status == 200 && bare.field("cookie").isEmpty)
            browser.jar["portal.localhost", default: [:]]["theirs"] = "1"
            browser.jar["portal.localhost", default: [:]]["my-vestibule"] = "2"
            let answer = try await Self.question().ask(broker, browser)
            let cookies = answer.field("cookie").flatMap { $0.components(separatedBy: "; ") }
            #expect(Set(cookies) == ["theirs=1", "my-vestibule=2"] && answer.field("cookie").count == 1)
        }
    }

    @Test func `a public path passes nobody's identity and no cookie`() async throws {
        try await TestBroker.with(change: { $0.sites[0].publicPaths = ["/s/*"] }) { broker in
            let answer = try await Self.question("/s/a.css").with(("Cookie", "JSESSIONID=stolen")).ask(broker)
            #expect(answer.status == 200 && answer.field("cookie").isEmpty)
            for name in IdentityHeaders.names { #expect(answer.field(name.lowercased()).isEmpty) }
        }
    }

    @Test func `without a session the browser is sent to the site, and not to this listener`() async throws {
        try await TestBroker.with { broker in
            let answer = try await Self.question().ask(broker)
            #expect(answer.status == 302 && answer.isUncached && answer.field("cookie").isEmpty)
            #expect(answer.field("location") == ["\(broker.origin)/vestibule/start?rd=\(Self.portals)"])
        }
    }

    @Test func `the client's address is the one that Traefik writes`() async throws {
        try await TestBroker.with(change: Self.staffed) { broker in
            let inside = Self.question().with(("X-Forwarded-For", "10.1.2.3"), ("Cookie", "JSESSIONID=own"))
            let answer = try await inside.ask(broker)
            #expect(answer.status == 200 && answer.field("cookie") == ["JSESSIONID=own"])
            #expect(answer.field("x-vestibule-portal-session") == ["own"])
            let outside = try await Self.question().with(("X-Forwarded-For", "10.2.2.3")).ask(broker)
            #expect(outside.status == 302)
        }
    }

    @Test(arguments: [
        [("X-Forwarded-For", "10.1.2.3, 10.1.2.4")],
        [("X-Forwarded-For", "10.1.2.3"), ("X-Forwarded-For", "10.1.2.3")],
        [("X-Vestibule-Client", "10.1.2.3")], [("X-Real-Ip", "10.1.2.3")], [("X-Forwarded-For", "unknown")], [],
    ])
    func `an address that is not alone, or stands elsewhere, opens no lane`(_ fields: [(String, String)]) async throws {
        try await TestBroker.with(change: Self.staffed) { broker in
            var question = Self.question()
            question.fields += fields
            let answer = try await question.ask(broker)
            #expect(answer.status == 302)
        }
    }

    @Test(arguments: ["X-Forwarded-Uri", "X-Forwarded-Method"])
    func `a question without its headers is refused`(name: String) async throws {
        try await TestBroker.with { broker in
            let answer = try await Self.question().without(name).ask(broker)
            #expect(answer.status == 400 && answer.isUncached && answer.field("cookie").isEmpty)
        }
    }
}
