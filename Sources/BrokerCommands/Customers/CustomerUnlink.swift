import ArgumentParser
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule customer unlink`.
struct CustomerUnlink: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlink", abstract: "Remove an identity's tie to its customer; sessions that it opened end.")

    @OptionGroup var options: StoreOptions
    @OptionGroup var subject: SubjectOptions

    func run() async throws {
        try await options.change { installation, output in
            try await installation.engine.customers.unlink(subject.key, actor: .operatorHere)
            output.line("unlinked")
        }
    }
}
