import ArgumentParser
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule sessions revoke`.
struct SessionsRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "End live sessions; every server refuses them within a second.")

    @OptionGroup var options: StoreOptions
    @OptionGroup var sessions: SessionOptions
    @OptionGroup var confirmation: ConfirmOption

    @Argument(help: "One session, by id.")
    var session: String?

    func run() async throws {
        try await options.change { installation, output in
            guard let selection = try await sessions.selection(session, in: installation) else {
                throw CommandFailure(
                    "say which: a session id, --customer, --connection, --organization or --all", .usage)
            }
            if selection == .all { try confirmation.confirm("Sign everybody out?") }
            let count = try await installation.engine.sessions.end(selection, reason: .revoked, actor: .operatorHere)
            if case .session = selection, count == 0 { throw CommandFailure("there is no such live session") }
            output.line("\(count) sessions ended")
        }
    }
}
