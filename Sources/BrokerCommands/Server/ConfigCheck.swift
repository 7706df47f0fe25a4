import ArgumentParser
import BrokerEngine
import BrokerRuntime

/// `vestibule config check`.
struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check the settings file, its secrets and its strength; start nothing.")

    @OptionGroup var settings: ConfigOption

    func run() throws {
        let configuration = try settings.load()
        CommandContext.current.output.line("\(configuration.file) holds: \(configuration.engine.publicURL)")
    }
}
