import Broker
import BrokerEngine
import Logging
import ServiceLifecycle

/// Asks identity providers again about live sessions, as they become due.
///
/// Each look is a task of its own: a provider that takes its time keeps no other one waiting. A graceful shutdown asks
/// about nothing more and waits for the answers that are out, because an answer that is lost may be a refresh token.
struct SessionCare: Service {
    static let interval = Duration.seconds(5)

    let engine: Engine
    let logger: Logger

    func run() async throws {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let ticking = Task {
            while !Task.isCancelled {
                wake.yield()
                try await Task.sleep(for: Self.interval)
            }
        }
        defer { ticking.cancel() }
        await withDiscardingTaskGroup { group in
            for await _ in wakes.cancelOnGracefulShutdown() { group.addTask { await tend() } }
            engine.refreshes.stop()
        }
    }

    private func tend() async {
        // A store that cannot be read answers after its whole patience. Looks that wait for it would pile up, and keep
        // every reader from whoever asks whether this process is ready.
        guard engine.live.isFresh(at: engine.environment.time.now) else { return }
        do {
            try await engine.refreshes.tend()
        } catch {
            logger.error("live sessions were not looked after; again soon", metadata: ["cause": "\(error)"])
        }
    }
}
