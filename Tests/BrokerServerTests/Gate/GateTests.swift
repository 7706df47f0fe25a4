import Broker
import BrokerEngine
import BrokerModel
import BrokerServer
import BrokerStorage
import Foundation
import NIOHTTP1
import Testing

/// The gate as nginx asks it.
@Suite(.serialized) struct GateTests {
    @Test func `a navigation without a session is sent to the login with its deep link`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            #expect(try await browser.askGate(broker).status == 401)
            let answer = try await browser.askGate(broker, path: "/gate/nginx/answer")
            #expect(answer.status == 302)
            #expect(answer.location == "\(broker.origin)/vestibule/start?rd=/servicedesk/customer/portal/3")
        }
    }

    @Test func `a program without a session gets a plain 401 as JSON`() async throws {
        try await TestBroker.with { broker in
            let answer = try await Browser().askGate(
                broker, target: "/rest/api/2/myself", path: "/gate/nginx/answer", accept: "application/json")
            #expect(answer.status == 401)
            #expect(answer.headers.first(name: "Content-Type") == "application/json")
            #expect(answer.location == nil)
        }
    }

    @Test func `a form post without a session is never redirected`() async throws {
        try await TestBroker.with { broker in
            let answer = try await Browser().askGate(
                broker, target: "/servicedesk/customer/portal/3/create/25", method: "POST", path: "/gate/nginx/answer")
            #expect(answer.status == 401)
            #expect(answer.location == nil)
            #expect(answer.body.contains("target=\"_blank\""))
        }
    }

    @Test(arguments: [
        "/vestibule/../servicedesk", "//servicedesk", "/%2e%2e/servicedesk", "/a;v=1/b", "/a%2fb", "/a%5cb", "/a%00",
        "http://evil.example/", "servicedesk", "",
    ])
    func `a target that can be read in two ways is refused, signed in or not`(target: String) async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            #expect(try await browser.askGate(broker, target: target).status == 403)
            try await browser.signIn(broker)
            #expect(try await browser.askGate(broker, target: target).status == 403)
            #expect(try await browser.askGate(broker, target: target, path: "/gate/nginx/answer").status == 400)
        }
    }

    @Test func `a front that does not say what is asked gets a refusal`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let page = try await browser.send(.GET, "http://127.0.0.1:\(broker.internalPort)/gate/nginx", headers: [])
            #expect(page.status == 403)
        }
    }

    @Test func `a path header that comes twice is refused`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            #expect(try await browser.askGate(broker, headers: [("X-Vestibule-Target", "/healthz")]).status == 403)
        }
    }

    @Test(arguments: ["!!!", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", ""])
    func `a malformed token is no session and is cleared`(token: String) async throws {
        try await TestBroker.with { broker in
            let answer = try await Browser().askGate(broker, path: "/gate/nginx/answer", cookies: "vestibule=\(token)")
            #expect(answer.status == 302)
            #expect(answer.setCookies.contains { $0.hasPrefix("vestibule=;") && $0.contains("Max-Age=0") })
        }
    }

    @Test func `two cookies of one name are no session`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let token = browser.cookie("vestibule") ?? ""
            #expect(try await browser.askGate(broker, cookies: "vestibule=\(token); vestibule=planted").status == 401)
            #expect(try await browser.askGate(broker, cookies: "vestibule=\(token); vestibule=\(token)").status == 401)
        }
    }

    @Test func `identity headers come from the session and never from the client`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            for _ in 0..<2 {
                let gate = try await browser.askGate(broker, headers: [("X-Vestibule-User", "admin")])
                #expect(gate.headers["X-Vestibule-User"].count == 1)
                #expect(gate.headers.first(name: "X-Vestibule-User")?.hasPrefix("c_") == true)
            }
        }
    }

    @Test func `a warm answer is the same as a full one, and is counted as warm`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let full = try await browser.askGate(broker)
            broker.engine.live.confirm(at: broker.clock.now)
            let warm = try await browser.askGate(broker)
            for name in IdentityHeaders.names {
                #expect(warm.headers.first(name: name) == full.headers.first(name: name))
            }
            #expect(broker.metrics.exposition().contains(#"path="warm"} 1"#))
        }
    }

    @Test func `health, readiness and metrics answer on the internal listener only`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            for path in ["/healthz", "/readyz", "/metrics"] {
                let page = try await browser.send(.GET, "http://127.0.0.1:\(broker.internalPort)\(path)")
                #expect(page.status == 200)
            }
            for path in ["/readyz", "/metrics", "/gate/nginx"] {
                let page = try await browser.send(.GET, "\(broker.origin)\(path)")
                #expect(page.status == 404)
            }
        }
    }

    @Test func `when the store is gone nothing passes`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            broker.store.close()
            broker.clock.advance(by: .seconds(5))
            #expect(try await browser.askGate(broker).status == 403)
            let answer = try await browser.askGate(broker, path: "/gate/nginx/answer")
            #expect(answer.status == 503)
            #expect(try await browser.send(.GET, "http://127.0.0.1:\(broker.internalPort)/readyz").status == 503)
        }
    }
}
