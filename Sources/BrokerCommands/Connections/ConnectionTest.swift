import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime
import Foundation

/// `vestibule connection test`.
struct ConnectionTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Walk a real login in your browser and see what arrives, claim by claim.",
        discussion: """
            Prints an address for your browser: good once, for ten minutes. A running server takes the browser to the \
            identity provider and back; nobody is signed in, and no customer is made. Then this command prints what \
            arrived, what the mapping made of it, and whether a real login would be let in. It works for a connection \
            that is disabled. Tokens are never shown, and the result is erased with this reading. Exit status 1 where a \
            real login would be refused for another reason than that the connection is disabled.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: "The connection.") var connection: String
    @Option(help: "How many seconds to wait, at most 600.") var timeout = 300
    @Option(help: "An e-mail to tell the identity provider, or to mail a code to.") var loginHint: String?

    func validate() throws {
        guard (1...600).contains(timeout) else { throw ValidationError("--timeout is from 1 to 600 seconds") }
    }

    func run() async throws {
        let context = CommandContext.current
        let isRefused = try await options.change { installation, output in
            let tests = installation.engine.tests
            let issued = try await tests.issue(
                ConnectionID(rawValue: connection), loginHint: loginHint, operatorName: NSUserName())
            guard let ticket = issued else { throw CommandFailure("there is no such connection") }
            output.note(
                "open this in your browser; it works once, until \(ticket.expiresAt.rfc3339):\n\(ticket.url)")
            let report: TestReport
            do {
                report = try await wait(for: ticket, tests, context)
            } catch {
                try? await tests.cancel(ticket.reference)
                throw error
            }
            TestReportText(report).print(to: output, asJSON: options.json)
            return report.failure != nil || report.obstacles.contains { $0.code != "connection_disabled" }
        }
        if isRefused { throw CommandFailure("a real login would be refused") }
    }

    private func wait(
        for ticket: TestLogins.Ticket, _ tests: TestLogins, _ context: CommandContext
    ) async throws -> TestReport {
        let end = context.time.now + .seconds(timeout)
        repeat {
            if let report = try await tests.takeReport(ticket.reference) { return report }
            try await context.wait(.milliseconds(500))
        } while context.time.now < end
        if let report = try await tests.takeReport(ticket.reference) { return report }
        throw CommandFailure("the login was not finished within \(timeout) seconds; its address is dead now")
    }
}
