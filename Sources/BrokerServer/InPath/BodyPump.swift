import Hummingbird
import NIOCore
import Outbound

/// Reads a client's body as fast as JSM takes it.
///
/// One task of its own, because the answer may begin before the request has ended. Nobody else may read the connection while
/// it runs: whoever starts one waits for it before the next request.
struct BodyPump: Sendable {
    let relay = BodyRelay()
    private let task: Task<Void, Never>

    /// - Parameters:
    ///   - bound: The most octets that are passed on.
    ///   - drained: The most octets that are read after nobody takes them any more.
    init(_ body: RequestBody, bound: Int64, drained: Int, channel: any Channel) {
        task = Task { [relay] in
            var iterator = body.makeAsyncIterator()
            var count: Int64 = 0
            do {
                while let piece = try await iterator.next() {
                    count += Int64(piece.readableBytes)
                    guard count <= bound else {
                        relay.finish(throwing: UpstreamError.bodyTooLarge)
                        break
                    }
                    guard await relay.send(piece) else { break }
                }
                relay.finish()
                var left = drained
                while let piece = try await iterator.next() {
                    left -= piece.readableBytes
                    if left < 0 {
                        channel.close(promise: nil)
                        break
                    }
                }
            } catch {
                // The client broke off: what has arrived must not look like the whole.
                relay.finish(throwing: error)
            }
        }
    }

    /// Nobody takes any more; returns once the connection is free for the next request.
    func end() async {
        relay.abandon()
        await task.value
    }
}
