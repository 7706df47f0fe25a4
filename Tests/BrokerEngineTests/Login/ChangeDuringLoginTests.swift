import Broker
import BrokerModel
import Foundation
import Testing

@testable import BrokerEngine

/// What was true when the login began must be true when it ends (M56).
@Suite struct ChangeDuringLoginTests {
    struct Change: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: LoginError.Code
        var change: @Sendable (inout WantedResources) -> Void
    }

    static let changes: [Change] = [
        Change(testDescription: "the connection is disabled", code: .connectionDisabled) {
            $0.connections[2].isEnabled = false
        },
        Change(testDescription: "the organization is disabled", code: .organizationDisabled) {
            $0.organizations[1].isEnabled = false
        },
        Change(testDescription: "the connection's settings change", code: .configurationInvalid) { wanted in
            guard case .object(var settings) = wanted.connections[2].settings else { return }
            settings["issuer"] = .string("https://other.example")
            wanted.connections[2].settings = .object(settings)
        },
    ]

    @Test(arguments: changes) func `between the first redirect and the callback`(change: Change) async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example"))
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let other = try await here.otherEngine()
        var wanted = try await other.resources.export()
        change.change(&wanted)
        _ = try await other.resources.apply(wanted, prune: false, isDryRun: false, actor: .system)
        let failure = try await here.refusal { try await browser.complete(here.engine, waiting) }
        #expect(failure.code == change.code)
        #expect(here.script.pending.isEmpty)
        #expect(try await here.sessionCount() == 0)
    }

    /// Where this process has heard of the change already, what it knows is no longer what the login began with.
    @Test(arguments: [false, true], changes)
    func `while the module talks to its IdP`(isKnownHere: Bool, change: Change) async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let other = try await here.otherEngine()
        let identity = here.identity("ann@globex.example")
        here.script.onComplete { _, _ throws(LoginError) in
            do {
                var wanted = try await other.resources.export()
                change.change(&wanted)
                _ = try await other.resources.apply(wanted, prune: false, isDryRun: false, actor: .system)
                if isKnownHere { try await here.engine.live.reload() }
            } catch { throw LoginError(.upstreamError, detail: "the test could not change it") }
            return .identity(identity)
        }
        let failure = try await here.refusal { try await browser.complete(here.engine, waiting) }
        #expect(failure.code == .configurationInvalid)
        #expect(try await here.sessionCount() == 0)
        #expect(try await here.engine.customers.list(limit: 10).isEmpty)
    }

    @Test func `another connection's change disturbs nobody`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        try await here.change { $0.connections[0].name = "Another name" }
        here.script.vouch(for: here.identity("ann@globex.example"))
        try await browser.complete(here.engine, waiting)
    }

    @Test func `a name that was deleted and comes back is another connection`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let whole = try await here.engine.resources.export()
        var without = whole
        without.connections.removeAll { $0.id == "globex-oidc" }
        try await here.apply(without, prune: true)
        var back = whole
        let replacement = Script()
        back.connections[2].settings = .object(["script": .string(replacement.name)])
        try await here.apply(back)
        here.script.vouch(for: here.identity("ann@globex.example"))
        let failure = try await here.refusal { try await browser.complete(here.engine, waiting) }
        #expect(failure.code == .configurationInvalid)
        // The module that runs is the new one's.
        replacement.vouch(for: here.identity("ann@globex.example"))
        let fresh = TestBrowser()
        try await fresh.complete(here.engine, fresh.go(here.engine, "ann@globex.example"))
        #expect(replacement.pending.count == 1)
        #expect(here.script.pending.isEmpty)
    }

    @Test func `a login begun at one process ends at another, and after a restart`() async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example"))
        let browser = TestBrowser()
        let first = try await browser.go(here.engine, "ann@globex.example")
        let other = try await here.otherEngine()
        try await browser.complete(other, first)
        let login = try await browser.start(other)
        let restarted = try await here.otherEngine(seed: 9)
        let turn = try await restarted.login.identify("ann@globex.example", browser.visit(login))
        try await browser.complete(restarted, browser.waiting(turn, login))
    }

    @Test func `a login that another key sealed is refused, not a crash`() async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example"))
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let hash = LoginFlow.hash(waiting.state, "state")
        try await here.store.write { writer in
            guard var login = try writer.login(stateHash: hash) else { throw Unexpected("the login") }
            login.sealed[login.sealed.count - 1] ^= 1
            guard try writer.advance(login, from: login.phase, round: login.round) else { throw Unexpected("it moved") }
        }
        let failure = try await here.refusal { try await browser.complete(here.engine, waiting) }
        #expect(failure.code == .configurationInvalid)
        #expect(try await here.records(.loginFailed).count == 1)
    }
}
