package import NIOCore
import Synchronization

/// Hands a body from the one who reads it to the one who sends it, piece by piece: nobody reads the next piece before the
/// last one was taken, so that an upload needs the memory of one.
///
/// One sender, one receiver. Whichever side gives up, the other one learns it at once.
package final class BodyRelay: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    private enum State {
        case empty
        case offered(ByteBuffer, CheckedContinuation<Bool, Never>)
        case awaited(CheckedContinuation<ByteBuffer?, any Error>)
        case ended((any Error)?)
        case abandoned
    }

    private let state = Mutex(State.empty)

    package init() {}

    // MARK: Sending

    /// Gives a piece away.
    ///
    /// - Returns: False once nobody takes any more.
    package func send(_ piece: ByteBuffer) async -> Bool {
        await withCheckedContinuation { continuation in
            let receiver = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>?? in
                switch state {
                case .empty:
                    state = .offered(piece, continuation)
                    return .some(nil)
                case .awaited(let receiver):
                    state = .empty
                    return receiver
                case .offered, .ended, .abandoned: return nil
                }
            }
            switch receiver {
            case .some(.some(let receiver)):
                receiver.resume(returning: piece)
                continuation.resume(returning: true)
            case .some(.none): break
            case .none: continuation.resume(returning: false)
            }
        }
    }

    /// There is no more, or no more that could be read.
    package func finish(throwing error: (any Error)? = nil) {
        let receiver = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
            switch state {
            case .awaited(let receiver):
                state = .ended(error)
                return receiver
            case .empty:
                state = .ended(error)
                return nil
            case .offered, .ended, .abandoned: return nil
            }
        }
        if let error { receiver?.resume(throwing: error) } else { receiver?.resume(returning: nil) }
    }

    // MARK: Receiving

    /// Nobody takes any more.
    package func abandon() {
        let (sender, receiver) = state.withLock {
            state -> (CheckedContinuation<Bool, Never>?, CheckedContinuation<ByteBuffer?, any Error>?) in
            defer { state = .abandoned }
            return switch state {
            case .offered(_, let sender): (sender, nil)
            case .awaited(let receiver): (nil, receiver)
            case .empty, .ended, .abandoned: (nil, nil)
            }
        }
        sender?.resume(returning: false)
        receiver?.resume(throwing: CancellationError())
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let relay: BodyRelay

        /// The next piece; nil at the end.
        package func next() async throws -> ByteBuffer? { try await relay.next() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(relay: self) }

    private enum Received {
        case piece(ByteBuffer, CheckedContinuation<Bool, Never>)
        case end((any Error)?)
    }

    private func next() async throws -> ByteBuffer? {
        try await withCheckedThrowingContinuation { continuation in
            let received = state.withLock { state -> Received? in
                switch state {
                case .empty:
                    state = .awaited(continuation)
                    return nil
                case .offered(let piece, let sender):
                    state = .empty
                    return .piece(piece, sender)
                case .ended(let error): return .end(error)
                case .awaited, .abandoned: return .end(CancellationError())
                }
            }
            switch received {
            case .piece(let piece, let sender):
                sender.resume(returning: true)
                continuation.resume(returning: piece)
            case .end(let error?): continuation.resume(throwing: error)
            case .end(nil): continuation.resume(returning: nil)
            case nil: break
            }
        }
    }
}
