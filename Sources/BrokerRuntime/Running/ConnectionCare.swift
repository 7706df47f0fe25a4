import BrokerEngine
import Logging
import ServiceLifecycle

/// Keeps what connections trust fresh: at the start and once a minute.
///
/// Beside `Maintenance` and not in it, because identity providers may take their time.
struct ConnectionCare: Service {
    let engine: Engine
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                await tend()
                try await Task.sleep(for: Maintenance.interval)
            }
        }
    }

    private func tend() async {
        do {
            try await engine.watch.tend()
        } catch {
            logger.error("connections were not looked after; again in a minute", metadata: ["cause": "\(error)"])
        }
    }
}
