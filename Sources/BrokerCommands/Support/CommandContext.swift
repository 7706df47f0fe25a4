package import Broker
package import BrokerEngine
import Foundation

/// What a command is run in.
///
/// ArgumentParser makes commands from their arguments alone, so nothing can be handed to their initialisers. A task-local
/// value is the one place left that is neither global nor mutable: it is set once around a command and gone after it.
package struct CommandContext: Sendable {
    /// The provider modules of this executable.
    package var providers: [any IdentityProvider.Type]
    /// The facades of this executable.
    package var facades: [FacadeModule]
    package var output: Output
    package var environment: [String: String]
    /// Reads an answer to a question; nil where nobody is there to ask.
    package var answer: @Sendable () -> String?
    /// Whether somebody is there to ask more than yes or no.
    package var isTerminal: Bool
    package var time: TimeSource
    /// Lets time pass, where a command waits for somebody else.
    package var wait: @Sendable (Duration) async throws -> Void

    package init(
        providers: [any IdentityProvider.Type], facades: [FacadeModule] = [], output: Output,
        environment: [String: String], answer: @escaping @Sendable () -> String? = { readLine() },
        isTerminal: Bool = isatty(STDIN_FILENO) == 1, time: TimeSource = .system,
        wait: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.providers = providers
        self.facades = facades
        self.output = output
        self.environment = environment
        self.answer = answer
        self.isTerminal = isTerminal
        self.time = time
        self.wait = wait
    }

    @TaskLocal static var current = CommandContext(providers: [], output: .standard, environment: [:])
}
