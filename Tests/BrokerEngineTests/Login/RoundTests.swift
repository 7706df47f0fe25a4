import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

@Suite struct RoundTests {
    /// A module that wants one round more each time.
    private func endless(_ here: TestInstallation) {
        here.script.onComplete { _, pending throws(LoginError) in
            .next(LoginStep(.redirect(Script.idp), state: LoginState(Data("round \(pending.round)".utf8))))
        }
    }

    private func next(
        _ here: TestInstallation, _ browser: TestBrowser, _ waiting: TestBrowser.Waiting
    ) async throws -> TestBrowser.Waiting {
        guard
            case .turn(.step(_, let connection, let state), _) = try await here.engine.login.complete(
                browser.arrival(waiting))
        else { throw Unexpected("another round") }
        var waiting = waiting
        (waiting.connection, waiting.state) = (connection, state.reveal())
        return waiting
    }

    @Test func `a module gets ten rounds, each with values of its own, and no eleventh`() async throws {
        let here = try await TestInstallation()
        endless(here)
        let browser = TestBrowser()
        var waiting = try await browser.go(here.engine, "ann@globex.example")
        var states = [waiting.state]
        for _ in 1..<10 {
            waiting = try await next(here, browser, waiting)
            states.append(waiting.state)
        }
        #expect(Set(states).count == 10)
        #expect(here.script.pending.map(\.round) == Array(1...9))
        #expect(here.script.pending.last?.state == LoginState(Data("round 8".utf8)))
        #expect(zip(here.script.pending, here.script.pending.dropFirst()).allSatisfy { $0.fresh == $1.sent })
        let failure = try await here.refusal { try await browser.complete(here.engine, waiting) }
        #expect(failure.code == .tooManyRounds)
        #expect(here.script.pending.map(\.round) == Array(1...10))
    }

    @Test func `the state of an earlier round is of no more use`() async throws {
        let here = try await TestInstallation()
        endless(here)
        let browser = TestBrowser()
        let first = try await browser.go(here.engine, "ann@globex.example")
        let second = try await next(here, browser, first)
        #expect(try await here.refusal { try await browser.complete(here.engine, first) }.code == .stateMismatch)
        here.script.vouch(for: here.identity("ann@globex.example"))
        try await browser.complete(here.engine, second)
    }

    @Test func `what a module keeps is bounded`() async throws {
        let here = try await TestInstallation()
        here.script.onBegin { _ throws(LoginError) in
            LoginStep(.redirect(Script.idp), state: LoginState(Data(count: LoginState.maximumBytes + 1)))
        }
        let large = try await here.refusal { try await TestBrowser().go(here.engine, "ann@globex.example") }
        #expect(large.code == .providerMisbehaved)
        here.script.onBegin { _ throws(LoginError) in
            LoginStep(.redirect(Script.idp), state: LoginState(Data(count: LoginState.maximumBytes)))
        }
        here.script.vouch(for: here.identity("ann@globex.example"))
        let browser = TestBrowser()
        try await browser.complete(here.engine, browser.go(here.engine, "ann@globex.example"))
    }

    @Test func `the back button and a second pick begin anew and end the first`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        let visit = browser.visit(login)
        _ = try await here.engine.login.identify("ext-bob@acme.example", visit)
        let first = try browser.waiting(try await here.engine.login.pick("acme-staff", visit), login)
        let second = try browser.waiting(try await here.engine.login.pick("acme-ext", visit), login)
        #expect(try await here.refusal { try await browser.complete(here.engine, first) }.code == .stateMismatch)
        here.script.vouch(for: here.identity("ext-bob@acme.example", connection: "acme-ext"))
        let signedIn = try await browser.complete(here.engine, second)
        #expect(signedIn.connection == "acme-ext")
        #expect(here.script.pending.last?.round == 1)
    }

    @Test func `another address after the back button takes the first one's place`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        let visit = browser.visit(login)
        _ = try await here.engine.login.identify("bob@acme.example", visit)
        let turn = try await here.engine.login.identify("ann@globex.example", visit)
        here.script.vouch(for: here.identity("ann@globex.example"))
        let signedIn = try await browser.complete(here.engine, browser.waiting(turn, login))
        #expect(signedIn.customer.organization == "globex")
    }

    @Test func `a browser that loops is stopped`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        for _ in 0..<LoginTransaction.maximumTurns {
            _ = try await here.engine.login.identify("ann@globex.example", browser.visit(login))
        }
        let failure = try await here.refusal {
            try await here.engine.login.identify("ann@globex.example", browser.visit(login))
        }
        #expect(failure.code == .tooManyRounds)
    }

    @Test func `the answer to a question of the module comes with the form's own field`() async throws {
        let here = try await TestInstallation()
        here.script.onBegin { _ throws(LoginError) in LoginStep(.ask([PromptField(name: "code", label: "Code")])) }
        here.script.vouch(for: here.identity("ann@globex.example"))
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let answer = try LoginCallback(
            method: .post, endpoint: .answer, rawQuery: Data(),
            rawBody: Data("transaction=\(waiting.state)&code=123456".utf8))
        let arrival = LoginReturn(connection: waiting.connection, callback: answer, binding: browser.binding)
        guard case .signedIn = try await here.engine.login.complete(arrival) else { throw Unexpected("a session") }
    }
}
