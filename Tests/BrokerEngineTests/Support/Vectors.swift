import Foundation
import Testing

/// The shared test data that `VESTIBULE_VECTORS` points at.
enum Vectors {
    static let folder = ProcessInfo.processInfo.environment["VESTIBULE_VECTORS"]

    /// Says what to do where the folder is not there.
    static let hint: Comment = "needs VESTIBULE_VECTORS, a folder that holds own-dev/*.json"

    static func load<File: Decodable>(_ name: String, as type: File.Type = File.self) throws -> File {
        let folder = try #require(Self.folder, hint)
        let url = URL(fileURLWithPath: folder).appendingPathComponent("own-dev").appendingPathComponent(name)
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
    }
}
