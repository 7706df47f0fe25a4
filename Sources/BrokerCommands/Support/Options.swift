import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime
import Foundation
import Logging

/// What every command that reads the settings takes.
struct ConfigOption: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The server's settings file.", valueName: "file"))
    var config: String?

    /// The file that holds the settings.
    var file: String {
        get throws {
            let environment = CommandContext.current.environment
            let candidates = ["vestibule.yaml", "/etc/vestibule/vestibule.yaml"]
            if let named = config ?? environment["VESTIBULE_CONFIG"], !named.isEmpty { return named }
            guard let found = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
                throw CommandFailure("no settings: give --config FILE or write ./vestibule.yaml", .usage)
            }
            return found
        }
    }

    func load() throws -> ServerConfiguration {
        try ServerConfiguration.load(file: try file, environment: CommandContext.current.environment)
    }
}

/// What every command that works on the store takes.
struct StoreOptions: ParsableArguments {
    @OptionGroup var settings: ConfigOption

    @Flag(name: .long, help: "Write JSON instead of text.")
    var json = false

    /// Reads from the store.
    func read<Value>(_ body: (Installation, Output) async throws -> Value) async throws -> Value {
        let configuration = try settings.load()
        guard FileManager.default.fileExists(atPath: configuration.storePath) else {
            throw CommandFailure(
                "there is no store at \(configuration.storePath) yet; apply and serve make one", .store)
        }
        return try await open(configuration, body)
    }

    /// Changes the store: makes first keys where there are none, and signs the audit log when done.
    func change<Value>(_ body: (Installation, Output) async throws -> Value) async throws -> Value {
        try await open(try settings.load()) { installation, output in
            try await installation.engine.start()
            let value = try await body(installation, output)
            try await installation.engine.audit.signHead()
            return value
        }
    }

    /// Looks at what a change would do and writes nothing, not even a store where there is none.
    func look<Value>(_ body: (Installation, Output) async throws -> Value) async throws -> Value {
        var configuration = try settings.load()
        let folder = FileManager.default.temporaryDirectory.appending(path: "vestibule-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        if !FileManager.default.fileExists(atPath: configuration.storePath) {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            configuration.storePath = folder.appending(path: "empty.sqlite").path
        }
        return try await open(configuration, body)
    }

    private func open<Value>(
        _ configuration: ServerConfiguration, _ body: (Installation, Output) async throws -> Value
    ) async throws -> Value {
        let context = CommandContext.current
        // What a server would tell its log stream does not belong into a command's output; warnings do.
        let logger = Logger.vestibule(
            .text, level: LogLevel(.warning), sink: LogSink { context.output.note($0) }, time: context.time)
        let installation = try Installation(
            configuration, providers: context.providers, facades: context.facades, environment: context.environment,
            logger: logger, time: context.time)
        do {
            try await installation.checkKeyEncryptionKey()
            let value = try await body(installation, context.output)
            await installation.close()
            return value
        } catch {
            await installation.close()
            throw error
        }
    }
}

/// Asks before something that cannot be undone.
struct ConfirmOption: ParsableArguments {
    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    func confirm(_ question: String) throws {
        guard !yes else { return }
        let context = CommandContext.current
        context.output.ask("\(question) [yes/no]")
        let answer = context.answer()?.lowercased()
        guard answer == "yes" || answer == "y" else { throw CommandFailure("nothing was done") }
    }
}

extension AuditEvent.Actor {
    /// The operating-system user at the command line.
    static var operatorHere: AuditEvent.Actor { .administrator(NSUserName()) }
}

extension Installation {
    /// A customer by id or e-mail.
    func customer(_ text: String) async throws -> CustomerService.Record {
        guard let record = try await engine.customers.find(text) else { throw CustomerError.notFound }
        return record
    }
}
