import Broker
import BrokerEngine
import BrokerRuntime
import Foundation
import OIDCProvider

/// A folder of its own with a key-encryption key and whatever files a test writes.
final class Workshop: Sendable {
    static let kek = "q1fN0kR8Zs3yVw7uXbE5tJmC2hLpA9dGoI4xYzSeTiM"

    let folder: URL
    let environment = ["VESTIBULE_KEK": Workshop.kek, "ACME_SECRET": "s3cret-of-acme"]

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "vestibule-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    @discardableResult
    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let path = path(name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    /// Loads settings; nil where they hold.
    func refusal(_ yaml: String, _ extra: [String: String] = [:], without: String? = nil) throws -> ConfigurationError?
    {
        var environment = environment.merging(extra) { _, new in new }
        if let without { environment[without] = nil }
        let file = try write("server.yaml", yaml)
        do throws(ConfigurationError) {
            _ = try ServerConfiguration.load(file: file, environment: environment)
            return nil
        } catch {
            return error
        }
    }

    func load(_ yaml: String, _ extra: [String: String] = [:]) throws -> ServerConfiguration {
        try ServerConfiguration.load(
            file: try write("server.yaml", yaml), environment: environment.merging(extra) { _, new in new })
    }

    /// The resources that a text asks for; a problem where it does not hold.
    static func resources(_ text: String) throws -> ResourceDocument {
        try ResourceDocument.read(
            text, file: "resources.yaml", providers: ProviderRegistry([OIDCProvider.self]),
            facades: FacadeRegistry([FacadeModule(TestFacade.self)]))
    }

    static func resourceRefusal(_ text: String) throws -> [String] {
        do {
            _ = try resources(text)
            return []
        } catch let error as ConfigurationError {
            return error.problems.map(\.description)
        }
    }
}

/// The smallest settings that hold.
let minimal = "publicURL: https://support.example/vestibule\n"
