package import Broker
package import BrokerModel
import Foundation

/// A test login that a browser has opened: what the browser keeps of it, and what it does next.
package struct OpenedTest: Sendable {
    package var reference: Reference
    /// The value of the binding cookie named by the reference.
    package var binding: Secret<String>
    package var next: TestStep
}

/// How a request of a test login ends.
package enum TestStep: Sendable {
    /// Do what the connection's module says.
    case turn(LoginTurn)
    /// The report is there; the page says that nobody was signed in.
    case finished(Reference, connection: String)
}

extension TestLogins {
    /// The states of test logins begin so, and no other login's do: base64url has no dot.
    private static let statePrefix = "test."

    /// Whether a callback belongs to a test login.
    ///
    /// The state alone decides: a test's never reaches what opens sessions, and an ordinary one never comes here.
    package static func claims(_ callback: LoginCallback) -> Bool {
        LoginFlow.state(in: callback)?.hasPrefix(statePrefix) ?? false
    }

    // MARK: Opening

    /// A browser came with a ticket: the first one gets in, and goes to the IdP.
    package func open(ticket: String, locales: [String]) async throws -> OpenedTest {
        let (binding, now) = (environment.randomness.token(), environment.time.now)
        let hashes = (ticket: LoginFlow.hash(ticket, "test-ticket"), binding: LoginFlow.hash(binding, "test-binding"))
        let opened = try await flow.whileStoreAnswers {
            try await environment.store.write {
                try $0.openTestLogin(ticketHash: hashes.ticket, bindingHash: hashes.binding, at: now)
            }
        }
        guard let test = opened else {
            throw await flow.refuse(
                LoginError(.loginAlreadyUsed, detail: "the ticket of a test login was used, has expired or is none"))
        }
        let next = try await reporting(test) { connection throws(LoginError) in
            let sealed = try self.sealed(of: test)
            let secrets = self.secrets()
            let request = LoginRequest(
                callbackURL: try flow.callbackURL(of: connection), secrets: secrets, loginHint: sealed.loginHint,
                locales: locales, reference: test.reference.rawValue)
            let provider = try flow.provider(for: connection)
            let step = try await LoginOrigin(reference: test.reference, isTest: true).run { () throws(LoginError) in
                try await provider.beginLogin(request)
            }
            return .next(step, secrets, from: .opened)
        }
        return OpenedTest(reference: test.reference, binding: Secret(binding), next: next)
    }

    // MARK: Coming back

    /// The IdP sent the browser back, or the browser answered a page.
    ///
    /// As in a login, the browser is checked before anything is consumed, and the state is consumed before the module
    /// runs.
    package func complete(_ arrival: LoginReturn) async throws -> TestStep {
        let hash = LoginFlow.hash(LoginFlow.state(in: arrival.callback) ?? "", "state")
        let (found, now) = try await flow.whileStoreAnswers {
            (try await environment.store.read { try $0.testLogin(stateHash: hash) }, environment.time.now)
        }
        do throws(LoginError) {
            try check(found, arrival, at: now)
        } catch {
            throw await flow.refuse(error)
        }
        let consumed = try await flow.whileStoreAnswers {
            try await environment.store.write { try $0.consumeTestLogin(stateHash: hash, at: now) }
        }
        guard let test = consumed else { throw await flow.refuse(Self.wasAnswered) }
        return try await reporting(test) { connection throws(LoginError) in
            let sealed = try self.sealed(of: test)
            guard let sent = sealed.secrets else {
                throw LoginError(.configurationInvalid, detail: "the test keeps no values of its round")
            }
            let fresh = self.secrets()
            let pending = PendingLogin(
                sent: sent, fresh: fresh, state: LoginState(sealed.state), round: test.round,
                callbackURL: try flow.callbackURL(of: connection), requirements: .none,
                startedAt: test.roundStartedAt ?? test.createdAt)
            let provider = try flow.provider(for: connection)
            let origin = LoginOrigin(reference: test.reference, network: arrival.network, isTest: true)
            let outcome = try await origin.run { () throws(LoginError) in
                try await provider.completeLogin(arrival.callback, resuming: pending)
            }
            switch outcome {
            case .identity(let identity): return .identity(identity, startedAt: pending.startedAt)
            case .denied(let denial):
                return .denied(.init(code: denial.reason.rawValue, detail: denial.detail))
            case .next(let step): return .next(step, fresh, from: .answered)
            }
        }
    }

    private static let wasAnswered = LoginError(.loginAlreadyUsed, detail: "the round of a test was answered before")

    private func check(_ test: TestLogin?, _ arrival: LoginReturn, at now: Timestamp) throws(LoginError) {
        guard let test else { throw LoginError(.stateMismatch, detail: "no test login waits for this state") }
        guard let binding = arrival.binding(test.reference), LoginFlow.hash(binding, "test-binding") == test.bindingHash
        else {
            throw LoginError(.browserMismatch, detail: "the test login was opened in another browser")
        }
        guard test.connection == arrival.connection else {
            throw LoginError(
                .stateMismatch, detail: "the answer came to the callback of connection \(arrival.connection)")
        }
        guard test.phase == .awaiting else { throw Self.wasAnswered }
        guard now < test.expiresAt else {
            throw LoginError(.loginExpired, detail: "the test began at \(test.createdAt.rfc3339)")
        }
    }

    // MARK: One round

    /// What the module said.
    private enum Word: Sendable {
        case next(LoginStep, LoginSecrets, from: TestLogin.Phase)
        case identity(VerifiedIdentity, startedAt: Timestamp)
        case denied(TestReport.Refusal)
    }

    /// Runs the module; whatever it refuses is a result too.
    private func reporting(
        _ test: TestLogin, _ round: (Connection) async throws(LoginError) -> Word
    ) async throws -> TestStep {
        try await flow.whileStoreAnswers { try await live.reload() }
        let name = live.resources.connections[test.connection]?.name ?? test.connection.rawValue
        do throws(LoginError) {
            let connection = try unchanged(test)
            switch try await round(connection) {
            case .next(let step, let secrets, let phase):
                return .turn(try await keep(step, secrets, test, from: phase))
            case .identity(let identity, let startedAt):
                let report = try await TestVerdict(self).report(
                    on: identity, of: connection, reference: test.reference, startedAt: startedAt)
                try await end(test, report, identity.oneTime)
            case .denied(let refusal):
                try await end(test, TestReport(reference: test.reference, connection: connection.id, failure: refusal))
            }
        } catch {
            let report = TestReport(reference: test.reference, connection: test.connection, failure: .init(error))
            do throws(LoginError) { try await end(test, report) } catch { throw await flow.refuse(error) }
        }
        return .finished(test.reference, connection: name)
    }

    private func end(
        _ test: TestLogin, _ report: TestReport, _ oneTime: [OneTimeIdentifier] = []
    ) async throws(LoginError) {
        do {
            try await finish(test, report, oneTime: oneTime)
        } catch {
            throw LoginError(.storeUnavailable, detail: "the result of the test was not kept", underlying: error)
        }
    }

    /// The connection as it was when the ticket was made, enabled or not.
    private func unchanged(_ test: TestLogin) throws(LoginError) -> Connection {
        guard let connection = live.resources.connections[test.connection] else {
            throw LoginError(.connectionDisabled, detail: "the connection is gone")
        }
        guard connection.revision == test.connectionRevision else {
            throw LoginError(.configurationInvalid, detail: "the connection's settings changed since the test began")
        }
        return connection
    }

    private func sealed(of test: TestLogin) throws(LoginError) -> SealedTest {
        do { return try SealedTest.open(test, with: environment) } catch { throw LoginFlow.unreadable(error) }
    }

    private func secrets() -> LoginSecrets {
        let random = environment.randomness
        return LoginSecrets(
            state: Self.statePrefix + random.token(), nonce: random.token(), codeVerifier: random.token(),
            requestID: "_" + random.token())
    }

    private func keep(
        _ step: LoginStep, _ secrets: LoginSecrets, _ test: TestLogin, from phase: TestLogin.Phase
    ) async throws(LoginError) -> LoginTurn {
        guard step.state.bytes.count <= LoginState.maximumBytes else {
            throw LoginError(
                .providerMisbehaved, detail: "the module keeps more than \(LoginState.maximumBytes) octets")
        }
        guard test.round < PendingLogin.maximumRounds else {
            throw LoginError(.tooManyRounds, detail: "round \(test.round + 1) of connection \(test.connection)")
        }
        var next = test
        next.round += 1
        next.roundStartedAt = environment.time.now
        next.stateHash = LoginFlow.hash(secrets.state, "state")
        do {
            var kept = try SealedTest.open(test, with: environment)
            (kept.secrets, kept.state) = (secrets, step.state.bytes)
            next.sealed = try kept.seal(for: test.reference, with: environment)
            let stored = next
            guard try await environment.store.write({ try $0.advance(stored, from: phase) }) else {
                throw Self.wasAnswered
            }
        } catch let error as LoginError {
            throw error
        } catch {
            throw LoginError(.storeUnavailable, detail: "the round of the test was not kept", underlying: error)
        }
        return .step(step.action, connection: test.connection, state: Secret(secrets.state))
    }
}
