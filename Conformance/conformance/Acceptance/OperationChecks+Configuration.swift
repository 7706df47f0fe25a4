// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerRuntime
import Foundation
import JOSE
import Logging
import OIDCProvider

/// Configuration: S47.
extension OperationChecks {
    /// S47.
    static let invalidConfiguration: @Sendable (AcceptanceWorld) async throws -> String = { world in
        try resourcesAreRefused(in: world)
        try await reloadIsRefused()
        return "line and key named in both files, the running configuration intact, a mended file taken"
    }

    private static func resourcesAreRefused(in world: AcceptanceWorld) throws {
        let engine = world.broker.engine
        let text = """
            organizations:
              - id: globex
                name: Globex
                domians: [globex.example]
            """
        let before = engine.live.resources
        let refused = Result {
            try ResourceDocument.read(
                text, file: "resources.yaml", providers: engine.environment.registry,
                facades: engine.environment.facades)
        }
        try names(refused, line: 4, key: "domians")
        try require(engine.live.resources == before, "the running configuration changed")
    }

    /// A server's settings, its file broken and mended while it runs.
    private static func reloadIsRefused() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "conformance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "server.yaml")
        func write(_ last: String) throws {
            let text = "publicURL: http://portal.localhost:8080/vestibule\nstore: {path: store.sqlite}\n\(last)\n"
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        try write("log: {level: notice}")
        let service = try BrokerService(
            file: file.path(), providers: [OIDCProvider.self],
            environment: ["VESTIBULE_KEK": KeyEncryptionKey.generateText()], sink: LogSink { _ in },
            handlesSignals: false)
        let outcome = await attempt {
            try write("log: {level: loud}")
            guard case .refused(let error) = service.settings.reload() else { throw Unmet("an invalid file is taken") }
            try names(Result<Void, any Error>.failure(error), line: 3, key: "log.level")
            try require(service.logger.logLevel == .notice, "the log level changed")
            try write("log: {level: debug}")
            guard case .applied = service.settings.reload() else { throw Unmet("a valid file is refused") }
            try require(service.logger.logLevel == .debug, "the mended file changes nothing")
        }
        await service.installation.close()
        try outcome.get()
    }

    private static func names<Value>(_ result: Result<Value, any Error>, line: Int, key: String) throws {
        guard case .failure(let error as ConfigurationError) = result else {
            throw Unmet("an invalid file is taken, or fails without a place")
        }
        try require(
            error.problems.contains { $0.line == line && $0.key.contains(key) },
            "line \(line) and \(key) are not named: \(error)")
    }
}
