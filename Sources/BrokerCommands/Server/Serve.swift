import ArgumentParser
import BrokerRuntime

/// `vestibule serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the broker.",
        discussion: """
            Ends in order at SIGTERM or SIGINT; reads the settings again at SIGHUP. Refuses to start on a weak \
            configuration and says why.
            """)

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let context = CommandContext.current
        let service = try BrokerService(
            file: try settings.file, providers: context.providers, facades: context.facades,
            environment: context.environment, time: context.time)
        service.bootstrapMetrics()
        try await service.run()
    }
}
