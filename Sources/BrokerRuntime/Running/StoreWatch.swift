import Broker
import BrokerEngine
import BrokerStorage
import Logging
import ServiceLifecycle
import Synchronization

/// Follows commits, ours and those of other processes, so that what was revoked elsewhere is refused within a second.
///
/// The live state counts as fresh only while the store can be read and nothing that was committed waits to be read.
struct StoreWatch: Service {
    private static let tick = Duration.milliseconds(100)

    let store: SQLiteStore
    let live: LiveState
    let time: TimeSource
    let logger: Logger

    func run() async throws {
        let watcher = try store.watchForeignCommits()
        defer { watcher.stop() }
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let counter = CommitCounter()
        let observation = store.observe {
            counter.increment()
            wake.yield()
        }
        defer { observation.cancel() }
        let ticking = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: Self.tick)
                wake.yield()
            }
        }
        defer { ticking.cancel() }
        var done = 0
        for await _ in wakes.cancelOnGracefulShutdown() {
            let present = counter.value
            if present != done {
                if await reload() { done = present }
            } else {
                confirm(watcher.lastHealthyRead)
            }
        }
    }

    private func confirm(_ read: Timestamp) {
        if time.now - read < LiveState.freshness { live.confirm(at: read) }
    }

    private func reload() async -> Bool {
        do {
            try await live.reload()
            return true
        } catch {
            logger.error("the store could not be read", metadata: ["cause": "\(error)"])
            return false
        }
    }
}

/// How many commits were seen.
private final class CommitCounter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .acquiring) }
    func increment() { count.add(1, ordering: .acquiringAndReleasing) }
}
