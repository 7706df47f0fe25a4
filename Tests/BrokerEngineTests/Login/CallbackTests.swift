import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

@Suite struct CallbackTests {
    private func installation() async throws -> TestInstallation {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example"))
        return here
    }

    private func arrival(_ browser: TestBrowser, _ query: String, at connection: ConnectionID) throws -> LoginReturn {
        LoginReturn(
            connection: connection, callback: try LoginCallback(method: .get, rawQuery: Data(query.utf8)),
            binding: browser.binding)
    }

    @Test func `a login ends with a session for whom the IdP vouched`() async throws {
        let here = try await installation()
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let signedIn = try await browser.complete(here.engine, waiting)
        #expect(signedIn.customer.email == .address("ann@globex.example"))
        #expect(signedIn.session.subject.connection == "globex-oidc")
        #expect(signedIn.returnTarget == "/servicedesk/customer/portal/3")
        #expect(signedIn.reference == waiting.reference)
        #expect(here.script.pending.first?.sent.state == waiting.state)
        #expect(here.script.pending.first?.state == LoginState(Data("kept".utf8)))
        #expect(here.script.pending.first?.round == 1)
    }

    @Test(arguments: ["code=1", "code=1&state=", "code=1&state=unknown", "state=a&RelayState=a", ""])
    func `a callback without a state that waits is refused`(query: String) async throws {
        let here = try await installation()
        let browser = TestBrowser()
        _ = try await browser.go(here.engine, "ann@globex.example")
        let arrival = try arrival(browser, query, at: "globex-oidc")
        #expect(try await here.refusal { try await here.engine.login.complete(arrival) }.code == .stateMismatch)
    }

    @Test func `two states in one callback are refused though one is right`() async throws {
        let here = try await installation()
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let arrival = try arrival(browser, "RelayState=\(waiting.state)&state=\(waiting.state)", at: "globex-oidc")
        #expect(try await here.refusal { try await here.engine.login.complete(arrival) }.code == .stateMismatch)
        try await browser.complete(here.engine, waiting)
    }

    @Test func `a RelayState is a state too`() async throws {
        let here = try await installation()
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let arrival = try arrival(browser, "SAMLResponse=x&RelayState=\(waiting.state)", at: "globex-oidc")
        guard case .signedIn = try await here.engine.login.complete(arrival) else { throw Unexpected("a session") }
    }

    @Test func `an answer at another connection's callback is refused (M54)`() async throws {
        let here = try await installation()
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let mixed = try browser.arrival(waiting, connection: "acme-staff")
        #expect(try await here.refusal { try await here.engine.login.complete(mixed) }.code == .stateMismatch)
        try await browser.complete(here.engine, waiting)
    }

    @Test func `another browser ends no login and burns none (M47)`() async throws {
        let here = try await installation()
        let (browser, stranger) = (TestBrowser(), TestBrowser())
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let stolen = try stranger.arrival(waiting)
        #expect(try await here.refusal { try await here.engine.login.complete(stolen) }.code == .browserMismatch)
        let forged = LoginReturn(
            connection: stolen.connection, callback: stolen.callback, binding: { _ in "another value" })
        #expect(try await here.refusal { try await here.engine.login.complete(forged) }.code == .browserMismatch)
        #expect(here.script.pending.isEmpty)
        try await browser.complete(here.engine, waiting)
    }

    @Test func `another browser sees and moves no login`() async throws {
        let here = try await installation()
        let login = try await TestBrowser().start(here.engine)
        let visit = TestBrowser().visit(login)
        #expect(try await here.refusal { try await here.engine.login.view(visit) }.code == .browserMismatch)
        #expect(
            try await here.refusal { try await here.engine.login.identify("a@globex.example", visit) }.code
                == .browserMismatch)
        #expect(
            try await here.refusal { try await here.engine.login.pick("globex-oidc", visit) }.code
                == .browserMismatch)
        let unknown = LoginVisit(handle: "unknown", binding: { _ in nil })
        #expect(try await here.refusal { try await here.engine.login.view(unknown) }.code == .stateMismatch)
    }

    @Test func `an expired login is refused at its last moment and not before`() async throws {
        let here = try await installation()
        let browser = TestBrowser()
        let (late, timely) = (
            try await browser.go(here.engine, "ann@globex.example"),
            try await browser.go(here.engine, "ann@globex.example")
        )
        here.clock.advance(by: .seconds(600) - .microseconds(1))
        try await browser.complete(here.engine, timely)
        here.clock.advance(by: .microseconds(1))
        let failure = try await here.refusal { try await browser.complete(here.engine, late) }
        #expect(failure.code == .loginExpired)
    }

    @Test func `a callback works once`() async throws {
        let here = try await installation()
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        try await browser.complete(here.engine, waiting)
        let again = try await here.refusal { try await browser.complete(here.engine, waiting) }
        #expect(again.code == .loginAlreadyUsed)
        #expect(again.returnTarget == "/servicedesk/customer/portal/3")
        #expect(try await here.sessionCount() == 1)
    }

    @Test func `a login that has ended moves no more`() async throws {
        let here = try await installation()
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        let turn = try await here.engine.login.identify("ann@globex.example", browser.visit(login))
        try await browser.complete(here.engine, browser.waiting(turn, login))
        let typed = try await here.refusal {
            try await here.engine.login.identify("ann@globex.example", browser.visit(login))
        }
        #expect(typed.code == .loginAlreadyUsed)
        #expect(try await here.engine.login.view(browser.visit(login)).phase == .finished)
    }

    @Test func `a denial is no failure of the broker, and nobody is signed in`() async throws {
        let here = try await installation()
        here.script.onComplete { _, _ throws(LoginError) in .denied(Denial(.refusedByIdP, detail: "access_denied")) }
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let failure = try await here.refusal { try await browser.complete(here.engine, waiting) }
        #expect(failure.isDenial && failure.code == "upstream_denied")
        #expect(failure.reference == waiting.reference)
        #expect(try await here.records(.loginDenied).count == 1)
        #expect(try await here.records(.loginFailed).isEmpty)
        #expect(try await here.sessionCount() == 0)
    }
}
