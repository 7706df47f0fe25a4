import Broker
import NIOCore

/// Runs work that gives up when it is cancelled, and cancels it when its time is over.
func withDeadline<Answer: Sendable>(
    _ limit: Duration, of host: String, _ work: @escaping @Sendable () async throws -> Answer
) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let answer = try await group.next() ?? nil else {
            throw TransportError(.timedOut, detail: "\(host) did not answer within \(limit)")
        }
        return answer
    }
}
