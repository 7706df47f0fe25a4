import Broker
import Logging
import Synchronization

/// Tells the log what an operator should know of connections, without telling it every minute.
final class OperatorNotices: Sendable {
    /// What a problem keeps from happening.
    enum Topic: String, Sendable {
        case loading = "a connection does not load"
        case refreshing = "what a connection trusts could not be refreshed"
    }

    private struct Memory {
        var problems: [ConnectionID: [Topic: String]] = [:]
        var told: [ConnectionID: [String: Timestamp]] = [:]
    }

    private static let day = Duration.seconds(86400)

    private let logger: Logger
    private let memory = Mutex(Memory())

    init(_ logger: Logger) { self.logger = logger }

    /// Warns of a problem once, and again when it is another one; says when it is over.
    func settle(_ problem: String?, _ topic: Topic, at connection: ConnectionID) {
        let before = memory.withLock { memory in
            let before = memory.problems[connection]?[topic]
            memory.problems[connection, default: [:]][topic] = problem
            return before
        }
        guard problem != before else { return }
        if let problem {
            logger.warning("\(topic.rawValue)", metadata: ["connection": "\(connection)", "problem": "\(problem)"])
        } else {
            logger.notice("over: \(topic.rawValue)", metadata: ["connection": "\(connection)"])
        }
    }

    /// Warns at once, and once a day while it is asked to.
    func daily(_ text: String, at connection: ConnectionID, _ now: Timestamp) {
        let isDue = memory.withLock { memory in
            if let last = memory.told[connection]?[text], (.zero..<Self.day).contains(now - last) { return false }
            memory.told[connection, default: [:]] = (memory.told[connection] ?? [:]).filter {
                now - $0.value < Self.day
            }
            memory.told[connection, default: [:]][text] = now
            return true
        }
        if isDue { logger.warning("\(text)", metadata: ["connection": "\(connection)"]) }
    }

    /// Forgets every other connection.
    func keep(_ connections: Set<ConnectionID>) {
        memory.withLock { memory in
            memory.problems = memory.problems.filter { connections.contains($0.key) }
            memory.told = memory.told.filter { connections.contains($0.key) }
        }
    }
}
