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

    // MARK: JSM's own cookies

    /// A site of which JSM knows people by `JSESSIONID`, with a browser of each of two people in which it is bob's.
    private func withForeignSession(
        context: String = "", _ body: (TestBroker, Browser) async throws -> Void
    ) async throws {
        try await TestBroker.with(change: {
            $0.sites[0].kind = .dataCenter
            $0.sites[0].defaultPath = "\(context)/servicedesk/customer/portals"
        }) { broker in
            let (bob, alice) = (Browser(), Browser())
            try await bob.signIn(broker)
            try await alice.signIn(broker)
            for browser in [bob, alice] { browser.jar["portal.localhost", default: [:]]["JSESSIONID"] = "B0B" }
            let target = "\(context)/servicedesk/customer/portal/3"
            #expect(try await bob.askGate(broker, target: target).status == 200)
            #expect(try await alice.askGate(broker, target: target).status == 401)
            try await body(broker, alice)
        }
    }

    @Test func `a foreign session of JSM is taken from the browser, which then asks again`() async throws {
        try await withForeignSession { broker, alice in
            let answer = try await alice.askGate(broker, path: "/gate/nginx/answer")
            #expect(answer.status == 302 && answer.location == "/servicedesk/customer/portal/3")
            #expect(answer.headers["Set-Cookie"].contains { $0.hasPrefix("JSESSIONID=; Path=/; Max-Age=0") })
            alice.jar["portal.localhost"]?["JSESSIONID"] = nil
            #expect(try await alice.askGate(broker).status == 200)
        }
    }

    @Test func `it is taken under the path of JSM too`() async throws {
        try await withForeignSession(context: "/jira") { broker, alice in
            let answer = try await alice.askGate(
                broker, target: "/jira/servicedesk/customer/portal/3", path: "/gate/nginx/answer")
            let cleared = answer.headers["Set-Cookie"].filter { $0.hasPrefix("JSESSIONID=;") }
            for path in ["/", "/jira", "/jira/"] {
                #expect(cleared.contains { $0.contains("Path=\(path);") }, "\(path)")
            }
        }
    }

    @Test func `one that comes back is said instead of going round in circles`() async throws {
        try await withForeignSession { broker, alice in
            let first = try await alice.askGate(broker, path: "/gate/nginx/answer")
            #expect(first.headers["Set-Cookie"].contains { $0.hasPrefix("vestibule-reset=1; Path=/; Max-Age=30") })
            alice.jar["portal.localhost"]?["vestibule-reset"] = "1"
            let answer = try await alice.askGate(broker, path: "/gate/nginx/answer")
            #expect(answer.status == 409 && answer.location == nil)
            #expect(answer.body.contains("portal_cookie_stays"))
        }
    }

    @Test func `a post with one is not lost on the way, and a program gets JSON`() async throws {
        try await withForeignSession { broker, alice in
            let post = try await alice.askGate(
                broker, target: "/servicedesk/customer/portal/3/create/25", method: "POST", path: "/gate/nginx/answer")
            #expect(post.status == 409 && post.location == nil)
            let call = try await alice.askGate(
                broker, target: "/rest/servicedeskapi/request", path: "/gate/nginx/answer", accept: "application/json")
            #expect(call.status == 409 && call.body.contains("portal_session_changed"))
        }
    }

    @Test func `a site that does not admit the person says so, and whom to ask`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            var wanted = try await broker.engine.resources.export()
            wanted.organizations.append(Organization(id: "elsewhere", name: "Elsewhere"))
            wanted.sites[0].organizations = ["elsewhere"]
            _ = try await broker.engine.resources.apply(wanted, prune: false, isDryRun: false, actor: .system)
            try await broker.engine.live.reload()
            #expect(try await browser.askGate(broker).status == 403)
            let answer = try await browser.askGate(broker, path: "/gate/nginx/answer")
            #expect(answer.status == 403 && answer.body.contains("data-code=\"not_admitted\""))
        }
    }
}
