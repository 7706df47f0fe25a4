import BrokerEngine
import Logging
import ServiceLifecycle

/// The minute's housekeeping.
struct Maintenance: Service {
    static let interval = Duration.seconds(60)

    let engine: Engine
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: Self.interval)
                await maintain()
            }
        }
    }

    private func maintain() async {
        do {
            try await engine.maintain()
        } catch {
            logger.error("housekeeping failed and is tried again in a minute", metadata: ["cause": "\(error)"])
        }
    }
}
