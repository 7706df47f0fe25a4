import Synchronization

/// Whom the store tells that something was committed.
final class CommitObservers: Sendable {
    private struct State {
        var next = 0
        var handlers: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    func add(_ handler: @escaping @Sendable () -> Void) -> CommitObservation {
        let number = state.withLock { state in
            state.next += 1
            state.handlers[state.next] = handler
            return state.next
        }
        return CommitObservation { [weak self] in self?.remove(number) }
    }

    func notify() {
        let handlers = state.withLock { Array($0.handlers.values) }
        handlers.forEach { $0() }
    }

    private func remove(_ number: Int) { _ = state.withLock { $0.handlers.removeValue(forKey: number) } }
}

/// A registration with `SQLiteStore.observe`.
///
/// It lasts until it is cancelled or the store is gone.
package struct CommitObservation: Sendable {
    private let end: @Sendable () -> Void

    init(_ end: @escaping @Sendable () -> Void) { self.end = end }

    /// Ends the registration.
    package func cancel() { end() }
}
