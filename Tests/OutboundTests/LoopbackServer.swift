import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A real listener on a loopback address that counts its connections and answers with what a test tells it.
final class LoopbackServer: Sendable {
    /// What it answers to a request.
    enum Answer: Sendable {
        /// A whole answer.
        case reply(HTTPResponseStatus, [(String, String)], body: String)
        /// A body of so many octets in chunks, without a Content-Length.
        case chunks(Int)
        /// A Content-Length of so many octets and nothing behind it.
        case announcement(Int)
        /// A head, then one octet at a time without an end.
        case drip
        /// Nothing, ever.
        case silence
        /// Octets that are not HTTP.
        case garbage
        /// The connection is closed without an answer.
        case hangUp
    }

    private struct Seen {
        var connections = 0
        var requests: [HTTPRequestHead] = []
        var bodies: [String] = []
    }

    private let seen = Mutex(Seen())
    private let channel: any Channel
    let port: Int

    /// How many connections were accepted.
    var connections: Int { seen.withLock(\.connections) }
    /// The requests, in order.
    var requests: [HTTPRequestHead] { seen.withLock(\.requests) }
    /// Their bodies, in order.
    var bodies: [String] { seen.withLock(\.bodies) }

    private init(channel: any Channel, port: Int) {
        self.channel = channel
        self.port = port
    }

    /// Starts a server, runs the body, and stops the server.
    static func with<Result: Sendable>(
        _ answer: Answer, host: String = "127.0.0.1", port: Int = 0, tls: CertificateAuthority? = nil,
        _ body: (LoopbackServer) async throws -> Result
    ) async throws -> Result {
        let server = try await start(answer, host: host, port: port, tls: tls)
        do {
            let result = try await body(server)
            try await server.channel.close()
            return result
        } catch {
            try? await server.channel.close()
            throw error
        }
    }

    private static func start(
        _ answer: Answer, host: String, port: Int, tls: CertificateAuthority?
    ) async throws -> LoopbackServer {
        let context = try tls.map { authority in
            try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: NIOSSLCertificate.fromPEMFile(authority.certificate).map { .certificate($0) },
                    privateKey: .privateKey(NIOSSLPrivateKey(file: authority.key, format: .pem))))
        }
        let holder = Mutex<LoopbackServer?>(nil)
        let shared = Holder(holder)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(answer: answer, holder: shared))
                }
            }
            .bind(host: host, port: port).get()
        let server = LoopbackServer(channel: channel, port: channel.localAddress?.port ?? 0)
        shared.server.withLock { $0 = server }
        return server
    }

    /// The server does not exist yet when its first connection could come.
    private final class Holder: Sendable {
        let server: Mutex<LoopbackServer?>
        init(_ server: consuming Mutex<LoopbackServer?>) { self.server = server }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let answer: Answer
        private let holder: Holder
        private var body = ""

        init(answer: Answer, holder: Holder) {
            self.answer = answer
            self.holder = holder
        }

        private func note(_ change: (inout Seen) -> Void) {
            holder.server.withLock { $0 }?.seen.withLock { change(&$0) }
        }

        func channelActive(context: ChannelHandlerContext) { note { $0.connections += 1 } }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                body = ""
                note { $0.requests.append(head) }
            case .body(let part): body += String(buffer: part)
            case .end:
                note { $0.bodies.append(body) }
                respond(context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func respond(_ context: ChannelHandlerContext) {
            switch answer {
            case .reply(let status, let fields, let body):
                let headers = HTTPHeaders(fields + [("Content-Length", String(body.utf8.count))])
                send(context, status, headers, body: body, isWhole: true)
            case .chunks(let count):
                send(
                    context, .ok, ["Transfer-Encoding": "chunked"], body: String(repeating: "x", count: count),
                    isWhole: true)
            case .announcement(let count):
                send(context, .ok, ["Content-Length": String(count)], body: "", isWhole: false)
            case .drip:
                send(context, .ok, ["Transfer-Encoding": "chunked"], body: "x", isWhole: false)
                drip(context)
            case .silence: break
            case .garbage:
                let encoder = try? context.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
                encoder?.writeAndFlush(NIOAny(ByteBuffer(string: "220 smtp.example ready\r\n")), promise: nil)
            case .hangUp: context.close(promise: nil)
            }
        }

        private func send(
            _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ headers: HTTPHeaders, body: String,
            isWhole: Bool
        ) {
            context.write(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
                promise: nil)
            if !body.isEmpty {
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
            }
            if isWhole { context.write(wrapOutboundOut(.end(nil)), promise: nil) }
            context.flush()
        }

        /// Goes on as long as somebody listens.
        private func drip(_ context: ChannelHandlerContext) {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .milliseconds(5)) {
                let (handler, context) = bound.value
                guard context.channel.isActive else { return }
                context.writeAndFlush(
                    handler.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "x")))), promise: nil)
                handler.drip(context)
            }
        }
    }
}
