import Broker
import BrokerStorage
import Foundation
import Logging
import Synchronization

/// A folder for one test's database.
///
/// The stores opened in it are closed and the folder is removed with the test.
final class TemporaryFolder: Sendable {
    private let url: URL
    private let stores = Mutex<[SQLiteStore]>([])

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "vestibule-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        stores.withLock { $0 }.forEach { $0.close() }
        try? FileManager.default.removeItem(at: url)
    }

    /// The database file.
    var path: String { url.appending(path: "vestibule.sqlite").path }

    /// Opens the database as one more process would.
    func openStore(time: TimeSource = .system) throws -> SQLiteStore {
        let store = try SQLiteStore(path: path, logger: Logger(label: "test"), time: time)
        stores.withLock { $0.append(store) }
        return store
    }

    /// Everything in the database and its side files.
    ///
    /// Only while no store is open: closing the file that is read here would drop the locks that this process holds on
    /// it.
    func bytesAtRest() throws -> Data {
        try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
            .reduce(into: Data()) { $0 += try Data(contentsOf: $1) }
    }
}
