public import Broker
public import Foundation
import Synchronization

/// A connection's memory as the store keeps it; two providers that share one are two processes.
public final class KitMemory: ConnectionMemory {
    private struct State {
        var entries: [String: MemoryEntry] = [:]
        var isDown = false
        var calls = 0
    }

    private let clock: KitClock
    private let state = Mutex(State())

    /// An empty memory that stamps entries by this clock.
    public init(clock: KitClock = KitClock()) { self.clock = clock }

    /// Whether the store cannot be reached.
    public var isDown: Bool {
        get { state.withLock { $0.isDown } }
        set { state.withLock { $0.isDown = newValue } }
    }

    /// How often it was asked.
    public var calls: Int { state.withLock { $0.calls } }

    /// Every octet that it keeps.
    public var contents: [Data] { state.withLock { $0.entries.values.map(\.bytes) } }

    /// Forgets everything.
    public func clear() { state.withLock { $0.entries = [:] } }

    /// What is kept under a key.
    public func read(_ key: String) async throws(MemoryError) -> MemoryEntry? {
        let (isDown, entry) = state.withLock { state in
            state.calls += 1
            return (state.isDown, state.entries[key])
        }
        if isDown { throw MemoryError(.unavailable) }
        return entry
    }

    /// Keeps octets where the version is still the expected one.
    public func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool {
        let now = clock.now
        let answer: Bool? = state.withLock { state in
            state.calls += 1
            if state.isDown { return nil }
            guard state.entries[key]?.version == expected else { return false }
            state.entries[key] = MemoryEntry(bytes: bytes, storedAt: now, version: (expected ?? 0) + 1)
            return true
        }
        guard let answer else { throw MemoryError(.unavailable) }
        return answer
    }
}
