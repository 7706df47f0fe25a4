import ArgumentParser
public import Broker
public import BrokerEngine
import Foundation

/// The command line of a broker.
public enum Vestibule {
    /// Runs the command that the process was started with, and exits.
    ///
    /// - Parameters:
    ///   - providers: The identity-provider modules that this executable knows.
    ///   - facades: What it can be toward JSM.
    public static func run(providers: [any IdentityProvider.Type], facades: [FacadeModule] = []) async {
        let context = CommandContext(
            providers: providers, facades: facades, output: .standard,
            environment: ProcessInfo.processInfo.environment)
        exit(await execute(Array(CommandLine.arguments.dropFirst()), in: context))
    }

    /// Runs one command in this process and returns its exit status.
    package static func execute(_ arguments: [String], in context: CommandContext) async -> Int32 {
        await CommandContext.$current.withValue(context) {
            do {
                var command = try VestibuleCommand.parseAsRoot(arguments)
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
                return ExitStatus.done.rawValue
            } catch {
                return CommandFailure.report(error, to: context.output).rawValue
            }
        }
    }
}
