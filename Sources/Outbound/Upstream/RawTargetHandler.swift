import NIOCore
import NIOHTTP1

/// Puts the raw target on the request line.
///
/// The client library takes a URL, and a URL rewrites what it finds: `{` becomes `%7B`, and `%20` beside it `%2520`. What
/// the gate has judged and what the upstream reads must be the same octets, so the target travels in a field of its own to
/// here, the last place before it is written.
///
/// `@unchecked Sendable`: a channel handler without state.
final class RawTargetHandler: ChannelOutboundHandler, @unchecked Sendable {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    /// No client can send it on: an upstream's request has no field with such a name before this one is added.
    static let field = "x-vestibule-raw-target"

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), let target = head.headers.first(name: Self.field) else {
            return context.write(data, promise: promise)
        }
        head.uri = target
        head.headers.remove(name: Self.field)
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    /// Adds one to a connection of the client library, between its own handler and the encoder.
    static func add(to channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let encoder = try pipeline.handler(type: HTTPRequestEncoder.self)
            try pipeline.addHandler(RawTargetHandler(), position: .after(encoder))
        }
    }
}
