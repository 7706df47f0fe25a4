import BrokerEngine
import BrokerStorage
import Logging
import ServiceLifecycle

/// Empties the outbox: after every commit that may have written to it, and every other second for what was put off.
///
/// A graceful shutdown lets the entries in hand be told and leaves the others where they are: in the store.
struct OutboxDrain: Service {
    static let interval = Duration.seconds(2)

    let engine: Engine
    let store: SQLiteStore
    let logger: Logger

    func run() async throws {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let observation = store.observe { wake.yield() }
        defer { observation.cancel() }
        let ticking = Task {
            while !Task.isCancelled {
                wake.yield()
                try await Task.sleep(for: Self.interval)
            }
        }
        defer { ticking.cancel() }
        for await _ in wakes.cancelOnGracefulShutdown() { await drain() }
    }

    private func drain() async {
        do {
            // Most commits leave the outbox empty, and to look costs the writer nothing.
            guard try await engine.outbox.backlog().count > 0 else { return }
            while !Task.isShuttingDownGracefully, !Task.isCancelled, try await engine.outbox.drain() > 0 {}
        } catch {
            logger.error("the outbox waits and is tried again soon", metadata: ["cause": "\(error)"])
        }
    }
}
