import Broker
import BrokerEngine
import BrokerModel
import BrokerServer
import BrokerStorage
import Foundation
import NIOHTTP1
import Testing

/// The gate as Envoy, and as Caddy, Traefik and HAProxy ask it.
@Suite(.serialized) struct DialectTests {
    /// One question, octet for octet.
    struct Question {
        var line: String
        var fields: [(String, String)] = []
        var body = ""

        static func envoy(_ target: String, method: String = "GET") -> Question {
            Question(line: "\(method) /gate/envoy\(target)", fields: [("X-Vestibule-Site", "portal")])
        }

        static func forward(_ target: String = "/servicedesk/customer/portals", method: String = "GET") -> Question {
            Question(
                line: "GET /gate/forward",
                fields: [
                    ("X-Vestibule-Site", "portal"), ("X-Forwarded-Uri", target), ("X-Forwarded-Method", method),
                ])
        }

        static func nginx(_ target: String = "/servicedesk/customer/portals", method: String = "GET") -> Question {
            Question(
                line: "GET /gate/nginx",
                fields: [
                    ("X-Vestibule-Site", "portal"), ("X-Vestibule-Target", target), ("X-Vestibule-Method", method),
                ])
        }

        func with(_ fields: (String, String)...) -> Question {
            var question = self
            question.fields += fields
            return question
        }

        func without(_ name: String) -> Question {
            var question = self
            question.fields.removeAll { $0.0 == name }
            return question
        }

        func ask(_ broker: TestBroker, _ browser: Browser? = nil, accept: String = "text/html") async throws -> Answer {
            var text = "\(line) HTTP/1.1\r\nHost: gate\r\nConnection: close\r\nAccept: \(accept)\r\n"
            for (name, value) in fields { text += "\(name): \(value)\r\n" }
            for (name, value) in browser?.jar["portal.localhost"] ?? [:] { text += "Cookie: \(name)=\(value)\r\n" }
            if !body.isEmpty { text += "Content-Length: \(body.utf8.count)\r\n" }
            return Answer(text: try await RawConnection.ask(text + "\r\n" + body, port: broker.internalPort))
        }
    }

    struct Answer {
        let text: String

        var status: Int { Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0 }
        var head: String { text.components(separatedBy: "\r\n\r\n")[0] }
        var isUncached: Bool { field("cache-control") == ["no-store"] }

        func field(_ name: String) -> [String] {
            head.components(separatedBy: "\r\n").filter { $0.lowercased().hasPrefix("\(name):") }
                .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }

    private func signedIn(
        change: (inout WantedResources) -> Void = { _ in }, _ body: (TestBroker, Browser) async throws -> Void
    ) async throws {
        try await TestBroker.with(change: change) { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            try await body(broker, browser)
        }
    }

    static let answering: [(String, @Sendable (String, String) -> Question)] = [
        ("envoy", { Question.envoy($0, method: $1) }), ("forward", { Question.forward($0, method: $1) }),
    ]

    // MARK: Both that pass on what they get

    @Test(arguments: ["/gate/forward", "/gate/envoy/servicedesk/customer/portals"])
    func `a session passes with the full identity header set, warm or not`(path: String) async throws {
        try await signedIn { broker, browser in
            for isWarm in [false, true] {
                let cookies = (browser.jar["portal.localhost"] ?? [:]).map { "\($0)=\($1)" }.joined(separator: "; ")
                let page = try await browser.send(
                    .GET, "http://127.0.0.1:\(broker.internalPort)\(path)",
                    headers: Question.forward().fields + [("Cookie", cookies)])
                #expect(page.status == 200 && page.headers["Cache-Control"] == ["no-store"])
                for name in IdentityHeaders.names { #expect(page.headers[name].count == 1) }
                #expect(broker.metrics.exposition().contains(#"path="warm"} 1"#) == isWarm)
                broker.engine.live.confirm(at: broker.clock.now)
            }
        }
    }

    @Test(arguments: answering.map(\.0))
    func `a navigation without a session is redirected by the answer itself`(dialect: String) async throws {
        let question = try #require(Self.answering.first { $0.0 == dialect }).1
        try await TestBroker.with { broker in
            let answer = try await question("/servicedesk/customer/portal/3?a=b", "GET").ask(broker)
            #expect(answer.status == 302 && answer.isUncached)
            let start = "\(broker.origin)/vestibule/start?rd=/servicedesk/customer/portal/3%3Fa%3Db"
            #expect(answer.field("location") == [start])
        }
    }

    @Test(arguments: answering.map(\.0))
    func `a program and a form get 401 with what they can read`(dialect: String) async throws {
        let question = try #require(Self.answering.first { $0.0 == dialect }).1
        try await TestBroker.with { broker in
            let call = try await question("/rest/api/2/myself", "GET").ask(broker, accept: "application/json")
            #expect(call.status == 401 && call.isUncached && call.text.contains("sign_in_required"))
            let form = try await question("/servicedesk/customer/portal/3/create/25", "POST").ask(broker)
            #expect(form.status == 401 && form.isUncached && form.text.contains("target=\"_blank\""))
        }
    }

    @Test(arguments: answering.map(\.0))
    func `a public path passes nobody's identity`(dialect: String) async throws {
        let question = try #require(Self.answering.first { $0.0 == dialect }).1
        try await TestBroker.with(change: { $0.sites[0].publicPaths = ["/s/*"] }) { broker in
            let answer = try await question("/s/login.css", "GET").ask(broker)
            #expect(answer.status == 200 && answer.isUncached)
            for name in IdentityHeaders.names { #expect(answer.field(name.lowercased()).isEmpty) }
        }
    }

    @Test(arguments: [
        "//servicedesk", "/%2e%2e/servicedesk", "/../servicedesk", "/a;v=1/b", "/a%2fb", "/a%5cb", "/%73ervicedesk",
    ])
    func `a target that can be read in two ways is refused as it came`(target: String) async throws {
        try await signedIn { broker, browser in
            for (_, question) in Self.answering {
                let answer = try await question(target, "GET").ask(broker, browser)
                #expect(answer.status == 400 && answer.isUncached)
            }
        }
    }

    @Test func `when the store is gone both answer 503 and nothing passes`() async throws {
        try await signedIn { broker, browser in
            broker.store.close()
            broker.clock.advance(by: .seconds(5))
            for (_, question) in Self.answering {
                let answer = try await question("/servicedesk/customer/portals", "GET").ask(broker, browser)
                #expect(answer.status == 503 && answer.isUncached && answer.field("retry-after") == ["5"])
            }
        }
    }

    @Test func `a renewed token comes with the answer`() async throws {
        try await signedIn { broker, browser in
            broker.clock.advance(by: .seconds(3600))
            for (_, question) in Self.answering {
                let answer = try await question("/servicedesk/customer/portals", "GET").ask(broker, browser)
                #expect(answer.status == 200)
                #expect(answer.field("set-cookie").count == 1)
            }
        }
    }

    // MARK: Envoy

    @Test(arguments: ["OPTIONS", "PROPFIND", "REPORT", "TRACE"])
    func `Envoy's question has the request's own method, also an unusual one`(method: String) async throws {
        try await signedIn(change: { $0.sites[0].access.isSSOOnly = false }) { broker, browser in
            let closed = try await Question.envoy("/servicedesk/customer/portals", method: method).ask(
                broker, accept: "application/json")
            #expect(closed.status == 401)
            let open = try await Question.envoy("/servicedesk/customer/portals", method: method).ask(broker, browser)
            #expect(open.status == 200)
        }
    }

    @Test(arguments: ["/gate/envoy", "/gate/envoyx/servicedesk", "/gate//envoy/servicedesk", "/gate/ENVOY/servicedesk"])
    func `what only looks like Envoy's prefix is not the gate`(path: String) async throws {
        try await signedIn { broker, browser in
            let answer = try await Question(line: "GET \(path)").ask(broker, browser)
            #expect(answer.status == 404)
        }
    }

    @Test func `what is no method at all does not reach the gate`() async throws {
        try await signedIn { broker, browser in
            let answer = try await Question.envoy("/servicedesk/customer/portals", method: "get").ask(broker, browser)
            #expect(answer.status == 400)
        }
    }

    @Test func `paths of the broker behind Envoy's prefix are JSM's and not ours`() async throws {
        try await TestBroker.with { broker in
            for target in ["/healthz", "/metrics", "/gate/nginx"] {
                let answer = try await Question.envoy(target).ask(broker, accept: "application/json")
                // JSM has no such pages, so its doors are closed there; ours are not opened.
                #expect(answer.status == 403 && answer.text.contains(#""error":"closed""#), "\(target)")
            }
        }
    }

    // MARK: Caddy, Traefik, HAProxy

    @Test(arguments: ["X-Forwarded-Uri", "X-Forwarded-Method"])
    func `a forward question without its headers is refused`(name: String) async throws {
        try await signedIn { broker, browser in
            let answer = try await Question.forward().without(name).ask(broker, browser)
            #expect(answer.status == 400 && answer.isUncached)
        }
    }

    @Test func `only a GET asks the forward question`() async throws {
        try await signedIn { broker, browser in
            for method in ["POST", "HEAD", "PUT"] {
                var question = Question.forward()
                question.line = "\(method) /gate/forward"
                let answer = try await question.ask(broker, browser)
                #expect(answer.status == 404)
            }
        }
    }

    @Test func `a location that a forward front passes on names the site and not this listener`() async throws {
        try await signedIn { broker, browser in
            let alice = Browser()
            try await alice.signIn(broker, as: "bob@acme.example")
            for each in [browser, alice] { each.jar["portal.localhost", default: [:]]["JSESSIONID"] = "S1" }
            #expect(try await Question.forward().ask(broker, browser).status == 200)
            let answer = try await Question.forward().ask(broker, alice)
            #expect(
                answer.status == 302 && answer.field("location") == ["\(broker.origin)/servicedesk/customer/portals"])
        }
    }

    // MARK: Every dialect

    @Test(arguments: ["X-Vestibule-Site", "X-Vestibule-Client", "Authorization"])
    func `a header that comes twice is refused in every dialect`(name: String) async throws {
        try await signedIn { broker, browser in
            let twice = [(name, "portal"), (name, "portal")]
            for (question, status) in [
                (Question.envoy("/servicedesk/customer/portals"), 400), (.forward(), 400), (.nginx(), 403),
            ] {
                var question = question.without(name)
                question.fields += twice
                let answer = try await question.ask(broker, browser)
                #expect(answer.status == status && answer.isUncached)
            }
        }
    }

    @Test(arguments: ["X-Forwarded-Uri", "X-Forwarded-Method"])
    func `a forward header that comes twice is refused`(name: String) async throws {
        try await signedIn { broker, browser in
            let answer = try await Question.forward().with(
                (name, name.hasSuffix("Uri") ? "/servicedesk/customer/portals" : "GET")
            )
            .ask(broker, browser)
            #expect(answer.status == 400)
        }
    }

    @Test func `a dialect reads its own headers and no other's`() async throws {
        try await TestBroker.with(change: { $0.sites[0].publicPaths = ["/s/*"] }) { broker in
            // Each question is about a protected path; the other dialects' headers name a public one.
            let others = [
                ("X-Vestibule-Target", "/s/a.css"), ("X-Vestibule-Method", "GET"), ("X-Forwarded-Uri", "/s/a.css"),
                ("X-Forwarded-Method", "GET"), ("X-Original-URL", "/s/a.css"), ("X-Rewrite-URL", "/s/a.css"),
                ("X-Forwarded-Host", "evil.example"), ("X-HTTP-Method-Override", "GET"),
            ]
            for (own, status) in [
                (Question.nginx(), 401), (.forward(), 302), (.envoy("/servicedesk/customer/portals"), 302),
            ] {
                var question = own
                question.fields += others.filter { other in !own.fields.contains { $0.0 == other.0 } }
                let answer = try await question.ask(broker)
                #expect(answer.status == status)
            }
            let foreign = [
                Question(line: "GET /gate/forward", fields: Question.nginx("/s/a.css").fields),
                Question(line: "GET /gate/nginx", fields: Question.forward("/s/a.css").fields),
            ]
            let statuses = [try await foreign[0].ask(broker).status, try await foreign[1].ask(broker).status]
            #expect(statuses == [400, 403])
        }
    }

    @Test func `an address that cannot be read is no address, and stops nobody who is signed in`() async throws {
        try await signedIn { broker, browser in
            for address in ["unix:", "10.0.0.1, 10.0.0.2", "fe80::1%eth0", ""] {
                let answer = try await Question.forward().with(("X-Vestibule-Client", address)).ask(broker, browser)
                #expect(answer.status == 200)
            }
        }
    }
}
