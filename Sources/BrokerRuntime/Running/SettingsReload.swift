import Broker
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Reads the settings again at SIGHUP.
///
/// A file that is invalid changes nothing.
package final class SettingsReload: Service {
    /// What a reload did.
    package enum Outcome: Sendable, Hashable {
        /// The keys that hold from now on, and those that were changed and need a restart.
        case applied(live: [String], needRestart: [String])
        /// The file does not hold; what was running goes on.
        case refused(ConfigurationError)
    }

    /// The settings that a running server takes on.
    private static let live: [[String]] = [["log", "level"], ["outbound"]]

    private let environment: [String: String]
    private let outbound: OutboundSwitch
    private let level: LogLevel
    private let logger: Logger
    private let handlesSignals: Bool
    private let current: Mutex<ServerConfiguration>

    init(
        _ configuration: ServerConfiguration, environment: [String: String], outbound: OutboundSwitch, level: LogLevel,
        logger: Logger, handlesSignals: Bool
    ) {
        self.environment = environment
        self.outbound = outbound
        self.level = level
        self.logger = logger
        self.handlesSignals = handlesSignals
        current = Mutex(configuration)
    }

    package func run() async throws {
        guard handlesSignals else { return try await gracefulShutdown() }
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() { reload() }
    }

    /// Reads the file and takes on what can be taken on.
    @discardableResult
    package func reload() -> Outcome {
        let before = current.withLock { $0 }
        do throws(ConfigurationError) {
            let after = try ServerConfiguration.load(file: before.file, environment: environment)
            try ConfigurationError.of(after.file) { () throws(SettingsError) in try outbound.change(to: after.outbound)
            }
            level.value = after.logLevel
            return applied(after, before)
        } catch {
            for problem in error.problems {
                logger.error(
                    "the settings were not reloaded; the running ones stay", metadata: ["problem": "\(problem)"])
            }
            return .refused(error)
        }
    }

    private func applied(_ after: ServerConfiguration, _ before: ServerConfiguration) -> Outcome {
        let changed = Self.differences(before.value, after.value)
        let isLive = { (path: [String]) in Self.live.contains { path.starts(with: $0) } }
        let needRestartPaths = changed.filter { !isLive($0) }
        let live = changed.filter(isLive).map { ConfigurationError.Problem.key($0) }
        let needRestart = needRestartPaths.map { ConfigurationError.Problem.key($0) }
        current.withLock { running in
            // What needs a restart stays as it was, so that the next reload says so again.
            running.value = needRestartPaths.reduce(after.value) { value, path in
                value.setting(before.value.at(path) ?? .null, at: path[...])
            }
            running.logLevel = after.logLevel
            running.outbound = after.outbound
        }
        logger.notice("the settings were reloaded", metadata: ["changed": "\(live.joined(separator: " "))"])
        if !needRestart.isEmpty {
            logger.warning(
                "these settings changed and need a restart", metadata: ["keys": "\(needRestart.joined(separator: " "))"]
            )
        }
        return .applied(live: live, needRestart: needRestart)
    }

    /// The paths at which two documents differ, a list as a whole.
    static func differences(_ left: SettingsValue, _ right: SettingsValue, at path: [String] = []) -> [[String]] {
        guard left != right else { return [] }
        // A mapping that is absent has no members; its keys differ one by one.
        guard left.isMappingOrAbsent, right.isMappingOrAbsent else { return [path] }
        let (first, second) = (left.members, right.members)
        return Set(first.keys).union(second.keys).sorted().flatMap { key in
            differences(first[key] ?? .null, second[key] ?? .null, at: path + [key])
        }
    }
}

extension SettingsValue {
    fileprivate var isMappingOrAbsent: Bool {
        switch self {
        case .object, .null: true
        case .array, .string, .integer, .number, .bool: false
        }
    }
}
