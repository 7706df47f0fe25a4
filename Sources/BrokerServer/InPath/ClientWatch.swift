import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Stands in a connection of the public listener for two things that a responder cannot see or say.
///
/// It notices that the client is gone while JSM still thinks, and it keeps the end of an answer to HEAD from becoming a chunk:
/// such an answer has no body, whatever its fields announce (RFC 9110 9.3.2), and the encoder does not know the method.
///
/// `@unchecked Sendable`: a channel handler; all state is touched on its channel's event loop only.
final class ClientWatch: ChannelDuplexHandler, RemovableChannelHandler, @unchecked Sendable {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var isGone = false
    private var action: (@Sendable () -> Void)?
    /// The methods of the requests that are not answered yet, in order.
    private var methods: [HTTPRequest.Method] = []
    private var dropsEnd = false

    /// Has something done once the client of a connection is gone, at once where it is already; nil takes that back.
    static func set(_ action: (@Sendable () -> Void)?, on channel: any Channel) {
        channel.eventLoop.execute {
            guard let watch = try? channel.pipeline.syncOperations.handler(type: ClientWatch.self) else { return }
            watch.action = action
            if watch.isGone { action?() }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) { methods.append(head.method) }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { gone() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        gone()
        context.fireChannelInactive()
    }

    private func gone() {
        isGone = true
        action?()
        action = nil
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.kind != .informational:
            dropsEnd = methods.first == .head && head.headerFields[.contentLength] == nil
        case .end:
            if !methods.isEmpty { methods.removeFirst() }
            if dropsEnd {
                dropsEnd = false
                promise?.succeed()
                return
            }
        case .head, .body: break
        }
        context.write(data, promise: promise)
    }
}
