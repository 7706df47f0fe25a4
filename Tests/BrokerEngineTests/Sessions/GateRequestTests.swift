import Broker
import BrokerEngine
import BrokerModel
import Testing

/// What the gate makes of a request without a session.
@Suite struct GateRequestTests {
    private func installation() async throws -> TestInstallation {
        try await TestInstallation { $0.sites[0].publicPaths = ["/s/**/_/*", "/status"] }
    }

    @Test(arguments: [
        "/a//b", "/a/../b", "/a/%2e%2e/b", "/a/%252e%252e/b", "/a;b", "/a\\b", "/a%2fb", "/a%5cb", "/a%00",
        "/s/x/_/..;/secret", "*", "", "http://evil.example/", "/a b", "/a#b", "/%c0%af",
    ]) func `a target with two readings is refused`(target: String) async throws {
        let here = try await installation()
        let browser = TestBrowser()
        try await here.signIn("ann@globex.example", in: browser)
        _ = await here.engine.gate.decide(browser.request())
        let request = browser.request(target)
        #expect(here.engine.gate.warmAnswer(request) == nil)
        #expect(await here.engine.gate.decide(request).outcome == .badRequest)
    }

    @Test(arguments: [
        ("GET", "text/html,*/*", "/servicedesk/customer/portal/3?a=1", SignIn.Way.redirect),
        ("HEAD", "text/html", "/servicedesk/customer/portal/3", .redirect),
        ("POST", "text/html", "/servicedesk/customer/portal/3/create/25", .page),
        ("GET", "application/json", "/servicedesk/customer/portal/3", .problem),
        ("GET", "*/*", "/servicedesk/customer/portal/3", .problem),
        ("GET", "text/html", "/rest/servicedeskapi/request", .problem),
        ("POST", "text/html", "/rest/servicedeskapi/request", .problem),
        ("POST", "application/json", "/servicedesk/customer/portal/3", .problem),
    ]) func `how to say that there is no session depends on who asks`(
        method: String, accept: String, target: String, way: SignIn.Way
    ) async throws {
        let here = try await installation()
        let request = TestBrowser().request(target, method: method, accept: accept)
        guard case .signIn(let signIn) = await here.engine.gate.decide(request) else { throw Unexpected("sign-in") }
        #expect(signIn.way == way)
        let isSafe = method == "GET" || method == "HEAD"
        #expect(signIn.returnTarget == (isSafe ? target : "/servicedesk/customer/portals"))
        #expect(!signIn.clearsCookies)
    }

    @Test func `nothing about the accept header may be said`() async throws {
        let here = try await installation()
        guard case .signIn(let signIn) = await here.engine.gate.decide(TestBrowser().request(accept: nil)) else {
            throw Unexpected("sign-in")
        }
        #expect(signIn.way == .problem)
    }

    @Test func `a public path passes for reading and for nothing else`() async throws {
        let here = try await installation()
        let browser = TestBrowser()
        for target in ["/s/en/1/_/a.css", "/s/x/_/images/deep/b.js?v=1", "/status"] {
            #expect(await here.engine.gate.decide(browser.request(target)).outcome == .allowedPublic)
            #expect(await here.engine.gate.decide(browser.request(target, method: "HEAD")).outcome == .allowedPublic)
            // Nobody posts to these, so it is a way into JSM that is not known.
            for method in ["POST", "PUT", "get", "OPTIONS", "GET "] {
                #expect(await here.engine.gate.decide(browser.request(target, method: method)).outcome == .closed)
            }
        }
        for target in ["/status/x", "/s/_/a.css", "/x?/status", "/Status"] {
            #expect(await here.engine.gate.decide(browser.request(target)).outcome == .noSession)
        }
    }

    @Test func `a site that nobody knows is closed, and one of several must be named`() async throws {
        let here = try await installation()
        var request = TestBrowser().request()
        request.site = "unknown"
        #expect(await here.engine.gate.decide(request).outcome == .unavailable)
        request.site = nil
        #expect(await here.engine.gate.decide(request).outcome == .noSession)
        try await here.change { $0.sites.append(Site(id: "second", kind: .cloud, origin: "https://two.example")) }
        #expect(await here.engine.gate.decide(request).outcome == .unavailable)
    }

    @Test func `one site's token and handle open no other site`() async throws {
        let here = try await installation()
        try await here.change { $0.sites.append(Site(id: "second", kind: .cloud, origin: "https://two.example")) }
        let browser = TestBrowser()
        try await here.signIn("ann@globex.example", in: browser)
        for request in [browser.request(handle: .some(nil)), browser.request(token: .some(nil))] {
            var elsewhere = request
            elsewhere.site = "second"
            #expect(await here.engine.gate.decide(elsewhere).outcome == .noSession)
            #expect(await here.engine.gate.decide(request).outcome != .noSession)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `refusals are counted: the first at once, the rest together`() async throws {
        let here = try await installation()
        for _ in 0..<5 { _ = await here.engine.gate.decide(TestBrowser().request()) }
        for _ in 0..<3 { _ = await here.engine.gate.decide(TestBrowser().request("/a//b")) }
        while try await here.records(.gateRefused).count < 2 { await Task.yield() }
        try await here.engine.gate.flushRefusals()
        #expect(try await counts(here) == ["no_session page": 5, "bad_request trick": 3])
        _ = await here.engine.gate.decide(TestBrowser().request())
        while try await counts(here)["no_session page"] != 6 { await Task.yield() }
    }

    @Test func `numbers of portals that somebody makes up are one kind of refusal`() async throws {
        let here = try await installation()
        for number in 1000..<1100 {
            _ = await here.engine.gate.decide(TestBrowser().request("/servicedesk/customer/portal/\(number)"))
        }
        try await here.engine.gate.flushRefusals()
        while try await counts(here) != ["no_session page": 100] { await Task.yield() }
        #expect(try await here.records(.gateRefused).count <= 2)
    }

    @Test(.timeLimit(.minutes(1))) func `counts that could not be written are not lost`() async throws {
        let here = try await installation()
        here.store.fail(write: 0)
        for _ in 0..<4 { _ = await here.engine.gate.decide(TestBrowser().request()) }
        while !here.log.lines.contains(where: { $0.contains("a refusal was not recorded") }) { await Task.yield() }
        await #expect(throws: StoreError.self) { try await here.engine.gate.flushRefusals() }
        here.store.fail(write: nil)
        try await here.engine.gate.flushRefusals()
        #expect(try await counts(here) == ["no_session page": 4])
    }

    private func counts(_ here: TestInstallation) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for record in try await here.records(.gateRefused) {
            let body = try RecordedBody(record)
            counts["\(body.code ?? "-") \(body.facts["attempt"] ?? "-")", default: 0] +=
                Int(body.facts["count"] ?? "") ?? 0
        }
        return counts
    }
}
