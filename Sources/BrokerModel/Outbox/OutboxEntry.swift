package import Broker
package import Foundation

/// Something that somebody outside has to be told, written in the transaction that made it true.
package struct OutboxEntry: Sendable, Hashable {
    /// What kind of telling it is, and who does it.
    package enum Topic: String, Sendable, Codable, CaseIterable {
        /// A site's JSM hears that a session ended; the body is a `FacadeSession` as JSON.
        case facadeSessionEnded = "facade.session_ended"
    }

    /// A random name.
    package var id: String
    /// What kind it is.
    package var topic: Topic
    /// Entries of one lane are done in the order in which they were written, one at a time.
    package var lane: String
    /// What to tell, as JSON without secrets.
    package var body: Data
    /// How many times it was tried.
    package var attempts: Int
    /// When it is due next.
    package var dueAt: Timestamp
    /// When it was written.
    package var createdAt: Timestamp

    package init(
        id: String, topic: Topic, lane: String, body: Data, attempts: Int = 0, dueAt: Timestamp, createdAt: Timestamp
    ) {
        self.id = id
        self.topic = topic
        self.lane = lane
        self.body = body
        self.attempts = attempts
        self.dueAt = dueAt
        self.createdAt = createdAt
    }
}
