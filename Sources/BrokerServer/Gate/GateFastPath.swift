import BrokerEngine
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers warm gate checks on the event loop, before Hummingbird: no task, no hop, no router.
///
/// Stands behind the HTTP codec of the internal listener. Whatever it cannot answer at once, a request with a body or
/// the last of its connection, and a request behind one that is still being answered go on unchanged.
///
/// `@unchecked Sendable`: a channel handler; all state is touched on its channel's event loop only.
final class GateFastPath: ChannelDuplexHandler, RemovableChannelHandler, @unchecked Sendable {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let gate: Gate
    /// Requests that went on and are not answered yet.
    private var inFlight = 0
    /// The answer to the request whose end is still to come.
    private var pending: HTTPResponse?

    init(gate: Gate) { self.gate = gate }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch part {
        case .head(let head):
            if inFlight == 0, let answer = answer(to: head) {
                pending = answer
            } else {
                inFlight += 1
                context.fireChannelRead(data)
            }
        case .body:
            // An answered request has no body: `answer(to:)` looked.
            if pending == nil { context.fireChannelRead(data) }
        case .end:
            guard let answer = pending else { return context.fireChannelRead(data) }
            pending = nil
            context.write(wrapOutboundOut(.head(answer)), promise: nil)
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
            flushSoon(context)
        }
    }

    /// Sends what was written once the loop has read from every connection that had something: a client that is woken once
    /// for several answers costs less than one that is woken for each.
    private func flushSoon(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.execute { bound.value.flush() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { inFlight -= 1 }
        context.write(data, promise: promise)
    }

    private func answer(to head: HTTPRequest) -> HTTPResponse? {
        guard head.method == .get, !head.headerFields.contains(where: Self.isForServer),
            let request = Self.question(head), case .allow(let grant)? = gate.warmAnswer(request)
        else { return nil }
        return GatePass.allowed(grant)
    }

    /// The request at the door, in whichever dialect it is asked about.
    private static func question(_ head: HTTPRequest) -> GateRequest? {
        switch head.path {
        case NginxDialect.path: GateHeaders.nginx.request(from: head.headerFields, isWarm: true)
        case ForwardDialect.path: GateHeaders.forward.request(from: head.headerFields, isWarm: true)
        default:
            EnvoyDialect.target(of: head).flatMap { target in
                GateHeaders.envoy.request(from: head.headerFields, given: (target, "GET"), isWarm: true)
            }
        }
    }

    /// Whether a field is about more than the question: a body, or a connection that is to be closed (RFC 9112 9.6).
    private static func isForServer(_ field: HTTPField) -> Bool {
        switch field.name {
        case .connection, .transferEncoding: true
        case .contentLength: field.value != "0"
        default: false
        }
    }
}
