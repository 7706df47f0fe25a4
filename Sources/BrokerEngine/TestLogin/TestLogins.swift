package import Broker
package import BrokerModel
import Foundation
import JOSE

/// Logins that an operator walks through to see what a connection delivers.
///
/// One is begun by a ticket only, which the command line makes. It runs the connection's module as a real login does and
/// ends in a report: it makes no session, customer, link or cookie of a portal. It works for a connection that is
/// disabled, which is when one tests.
package struct TestLogins: Sendable {
    /// A ticket: one address, good for the first browser that opens it.
    package struct Ticket: Sendable {
        package var reference: Reference
        package var url: String
        package var expiresAt: Timestamp
    }

    let environment: EngineEnvironment
    let live: LiveState
    let flow: LoginFlow
    let audit: AuditLog

    init(_ environment: EngineEnvironment, live: LiveState, flow: LoginFlow, audit: AuditLog) {
        (self.environment, self.live, self.flow, self.audit) = (environment, live, flow, audit)
    }

    // MARK: At the command line

    /// Makes a ticket.
    ///
    /// - Throws: `SettingsError` where the connection does not load; nil where there is none.
    package func issue(
        _ id: ConnectionID, loginHint: String? = nil, operatorName: String
    ) async throws -> Ticket? {
        try await live.reload()
        guard let connection = live.resources.connections[id] else { return nil }
        _ = try flow.connections.provider(for: connection)
        let (now, ticket) = (environment.time.now, environment.randomness.token())
        let reference = Reference.make(at: now, environment.randomness)
        let sealed = SealedTest(loginHint: loginHint?.bounded(toOctets: 320))
        let test = TestLogin(
            reference: reference, connection: id, connectionRevision: connection.revision,
            operatorName: operatorName, ticketHash: LoginFlow.hash(ticket, "test-ticket"),
            sealed: try sealed.seal(for: reference, with: environment), createdAt: now,
            expiresAt: now + TestLogin.lifetime)
        let event = event(.connectionTestStarted, test, organization: connection.organization)
        try await environment.store.write { [audit] writer in
            try writer.insert(test)
            try audit.append(event, in: writer)
        }
        return Ticket(
            reference: reference, url: "\(environment.settings.publicURL)/test-login/\(ticket)",
            expiresAt: test.expiresAt)
    }

    /// The report of a test that is over; it is erased with this reading.
    package func takeReport(_ reference: Reference) async throws -> TestReport? {
        let now = environment.time.now
        guard let sealed = try await environment.store.write({ try $0.takeTestResult(reference, at: now) }) else {
            return nil
        }
        return try TestSeal.open(sealed, "test-result", reference, environment)
    }

    /// Ends a test whatever it waits for: its address leads nowhere from now on.
    package func cancel(_ reference: Reference) async throws {
        try await environment.store.write { try $0.deleteTestLogin(reference) }
    }

    // MARK: Ending

    /// Keeps the report, and spends what may be seen once, so that the message is good for nothing else.
    func finish(_ test: TestLogin, _ report: TestReport, oneTime: [OneTimeIdentifier] = []) async throws {
        let event = event(
            .connectionTested, test, organization: live.resources.connections[test.connection]?.organization,
            code: report.code)
        try await environment.store.write { [self] writer in
            var report = report
            let isFirst = try oneTime.map { try writer.take($0, scope: "connection/\(test.connection)") }
                .allSatisfy { $0 }
            if !isFirst {
                let replayed = LoginError(.replayed, detail: "the IdP's message was used before")
                report.obstacles.append(TestReport.Refusal(replayed))
            }
            let sealed = try TestSeal.seal(report, "test-result", test.reference, environment)
            try writer.finishTestLogin(test.reference, result: sealed)
            var told = event
            told.code = report.code
            try audit.append(told, in: writer)
        }
    }

    private func event(
        _ kind: AuditKind, _ test: TestLogin, organization: OrganizationID?, code: String? = nil
    ) -> AuditEvent {
        AuditEvent(
            kind, at: environment.time.now, actor: .administrator(test.operatorName), reference: test.reference,
            organization: organization, connection: test.connection, code: code)
    }
}
