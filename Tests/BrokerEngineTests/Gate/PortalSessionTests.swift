import Broker
import BrokerModel
import Foundation
import Testing

@testable import BrokerEngine

/// A session of JSM belongs to one session of ours: on a shared computer nobody works in somebody else's name.
@Suite struct PortalSessionTests {
    private let bobs = "JSESSIONID=B0B"

    private func installation(_ change: (inout Site) -> Void = { _ in }) async throws -> TestInstallation {
        try await TestInstallation {
            $0.sites[0].kind = .dataCenter
            change(&$0.sites[0])
        }
    }

    private func ask(
        _ here: TestInstallation, _ browser: TestBrowser, _ cookies: String..., engine: Engine? = nil,
        method: String = "GET", accept: String? = "text/html", target: String = "/servicedesk/customer/portal/3"
    ) async -> GateAnswer {
        var request = browser.request(target, method: method, accept: accept)
        for cookie in cookies { request.cookies += "; " + cookie }
        let engine = engine ?? here.engine
        return if let answer = engine.gate.warmAnswer(request) { answer } else {
            await engine.gate.decide(request)
        }
    }

    private func signedIn(_ here: TestInstallation, _ email: String) async throws -> TestBrowser {
        let browser = TestBrowser()
        try await here.signIn(email, in: browser)
        return browser
    }

    private func isAllowed(_ answer: GateAnswer) -> Bool { if case .allow = answer { true } else { false } }
    private func reset(_ answer: GateAnswer) -> PortalReset? {
        if case .portalReset(let reset) = answer { reset } else { nil }
    }

    @Test func `bob's cookie passes with bob's session and not with alice's`() async throws {
        let here = try await installation()
        let (bob, alice) = (
            try await signedIn(here, "bob@globex.example"), try await signedIn(here, "alice@globex.example")
        )
        #expect(isAllowed(await ask(here, bob, bobs)))
        let reset = reset(await ask(here, alice, bobs))
        #expect(reset?.way == .redirect && reset?.cookies.contains("JSESSIONID") == true)
        #expect(reset?.isRepeated == false)
        // Warm, too: alice's own token was verified before.
        #expect(isAllowed(await ask(here, alice)))
        #expect(isAllowed(await ask(here, alice)))
        #expect(self.reset(await ask(here, alice, bobs)) != nil)
    }

    @Test func `it stays bob's when bob is gone`() async throws {
        let here = try await installation()
        let bob = try await signedIn(here, "bob@globex.example")
        #expect(isAllowed(await ask(here, bob, bobs)))
        try await here.engine.sessions.end(.all, reason: .revoked, actor: .system)
        here.clock.advance(by: .seconds(3 * 86400))
        try await here.engine.maintain()
        let alice = try await signedIn(here, "alice@globex.example")
        #expect(reset(await ask(here, alice, bobs)) != nil)
    }

    @Test func `another process knows it as well`() async throws {
        let here = try await installation()
        let other = try await here.otherEngine()
        let (bob, alice) = (
            try await signedIn(here, "bob@globex.example"), try await signedIn(here, "alice@globex.example")
        )
        #expect(isAllowed(await ask(here, bob, bobs)))
        #expect(reset(await ask(here, alice, bobs, engine: other)) != nil)
    }

    @Test func `of two cookies the foreign one counts`() async throws {
        let here = try await installation()
        let (bob, alice) = (
            try await signedIn(here, "bob@globex.example"), try await signedIn(here, "alice@globex.example")
        )
        #expect(isAllowed(await ask(here, bob, "seraph.rememberme.cookie=R")))
        #expect(isAllowed(await ask(here, alice, "JSESSIONID=A")))
        #expect(reset(await ask(here, alice, "JSESSIONID=A", "seraph.rememberme.cookie=R")) != nil)
    }

    @Test func `a cookie that is there twice is nobody's`() async throws {
        let here = try await installation()
        let alice = try await signedIn(here, "alice@globex.example")
        #expect(reset(await ask(here, alice, "JSESSIONID=A", "JSESSIONID=B")) != nil)
        #expect(isAllowed(await ask(here, alice, "JSESSIONID=A")))
    }

    /// What a servlet container reads as B0B, and a strict reader does not.
    @Test(arguments: [
        "JSESSIONID=\"B0B\"", "JSESSIONID =B0B", "JSESSIONID= B0B", "JSESSIONID=B0B ; x=1", "JSESSIONID=B0B x",
        "$Version=1; q=1, JSESSIONID=B0B", "$Version=1; JSESSIONID=B0B", "q=1,JSESSIONID=B0B", "JSESSIONID\t=B0B",
        "JSESSIONID=A; q=\"1, JSESSIONID=B0B\"", "JSESSIONID", "JSESSIONID=B\\0B",
    ])
    func `no other spelling of bob's cookie passes with alice's session`(spelling: String) async throws {
        let here = try await installation()
        let (bob, alice) = (
            try await signedIn(here, "bob@globex.example"), try await signedIn(here, "alice@globex.example")
        )
        #expect(isAllowed(await ask(here, bob, bobs)))
        #expect(isAllowed(await ask(here, alice, "JSESSIONID=A")))
        #expect(isAllowed(await ask(here, alice, "JSESSIONID=A")))
        #expect(reset(await ask(here, alice, spelling)) != nil)
    }

    @Test func `a name or value that only looks like it is nobody's session`() async throws {
        let here = try await installation()
        let alice = try await signedIn(here, "alice@globex.example")
        for cookie in ["XJSESSIONID=1", "JSESSIONIDX=1", "note=JSESSIONID", "a=JSESSIONID=1", "jsessionid=1"] {
            #expect(isAllowed(await ask(here, alice, cookie)), "\(cookie)")
        }
    }

    @Test func `her own cookie passes, warm and cold, and so does a new one`() async throws {
        let here = try await installation()
        let alice = try await signedIn(here, "alice@globex.example")
        for cookie in ["JSESSIONID=A", "JSESSIONID=A", "JSESSIONID=A2", "JSESSIONID=A", "JSESSIONID="] {
            #expect(isAllowed(await ask(here, alice, cookie)))
        }
    }

    @Test func `a session that makes up one cookie after the other is stopped, for an hour`() async throws {
        let here = try await installation()
        let alice = try await signedIn(here, "alice@globex.example")
        var answers: [Bool] = []
        for number in 0..<70 { answers.append(isAllowed(await ask(here, alice, "JSESSIONID=N\(number)"))) }
        #expect(answers.filter { $0 }.count == 64 && answers[63] && !answers[64])
        #expect(isAllowed(await ask(here, alice, "JSESSIONID=N0")))
        here.clock.advance(by: .seconds(3600))
        #expect(isAllowed(await ask(here, alice, "JSESSIONID=NEW")))
    }

    @Test func `a post is not repeated and a program is told`() async throws {
        let here = try await installation()
        let (bob, alice) = (
            try await signedIn(here, "bob@globex.example"), try await signedIn(here, "alice@globex.example")
        )
        #expect(isAllowed(await ask(here, bob, bobs)))
        #expect(reset(await ask(here, alice, bobs, method: "POST"))?.way == .page)
        let program = reset(
            await ask(here, alice, bobs, accept: "application/json", target: "/rest/servicedeskapi/request"))
        #expect(program?.way == .problem)
        #expect(reset(await ask(here, alice, bobs, "__Host-vestibule-reset=1"))?.isRepeated == true)
    }

    @Test func `a site whose JSM has no cookies of that name binds none`() async throws {
        let here = try await installation { $0.portalCookies = [] }
        let (bob, alice) = (
            try await signedIn(here, "bob@globex.example"), try await signedIn(here, "alice@globex.example")
        )
        #expect(isAllowed(await ask(here, bob, bobs)))
        #expect(isAllowed(await ask(here, alice, bobs)))
    }

    // MARK: Who may enter

    @Test func `a site admits the organizations that it names`() async throws {
        let here = try await installation()
        let ann = try await signedIn(here, "ann@globex.example")
        #expect(isAllowed(await ask(here, ann)))
        try await here.change { $0.sites[0].organizations = ["acme"] }
        guard case .notAdmitted("portal", "globex") = await ask(here, ann) else { throw Unexpected("a refusal") }
        try await here.change { $0.sites[0].organizations = ["globex"] }
        #expect(isAllowed(await ask(here, ann)))
    }

    @Test func `no token is made for a site that does not admit the person`() async throws {
        let here = try await installation { $0.organizations = ["acme"] }
        let failure = try await here.refusal { try await here.signIn("ann@globex.example") }
        #expect(failure.code == .notAdmitted)
        #expect(try await here.sessionCount() == 0)
    }
}
