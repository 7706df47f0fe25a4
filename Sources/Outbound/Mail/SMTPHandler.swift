import Broker
import NIOCore
import NIOSSL

/// Runs a dialogue over one connection: octets to answers, actions to octets, TLS where the dialogue asks for it.
final class SMTPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var dialogue: SMTPDialogue
    private var parser = SMTPReplyParser()
    private let makeTLS: () throws -> NIOSSLClientHandler
    private let finished: EventLoopPromise<Void>
    private var isFinished = false

    init(
        _ job: SMTPDialogue.Job, makeTLS: @escaping () throws -> NIOSSLClientHandler, finished: EventLoopPromise<Void>
    ) {
        dialogue = SMTPDialogue(job)
        self.makeTLS = makeTLS
        self.finished = finished
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let octets = unwrapInboundIn(data)
        guard !isFinished else { return }
        do {
            let replies = try parser.take(octets.readableBytesView)
            // Commands are not pipelined, so two answers at once are one too many: somebody between us and the server
            // may have put the second there (RFC 3207 5, CVE-2011-0411 and its like).
            guard replies.count <= 1, replies.isEmpty || parser.isBetweenReplies else {
                throw MailError(.refused, detail: "the mail server said more than one answer at once")
            }
            if let reply = replies.first { try act(dialogue.receive(reply), context) }
        } catch {
            finish(context, error)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { finish(context, error) }

    func channelInactive(context: ChannelHandlerContext) {
        finish(context, MailError(.unavailable, detail: "the mail server closed the connection"))
        context.fireChannelInactive()
    }

    private func act(_ action: SMTPDialogue.Action, _ context: ChannelHandlerContext) throws {
        switch action {
        case .send(let text): write(text, context)
        case .startTLS:
            // The parser has nothing left of the time before TLS: `channelRead` saw to it. What is sent from here on
            // waits in the TLS handler until the certificate was checked.
            try context.pipeline.syncOperations.addHandler(makeTLS(), position: .first)
            try act(dialogue.secured(), context)
        case .done:
            write("QUIT\r\n", context)
            finish(context, nil)
        }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
    }

    private func finish(_ context: ChannelHandlerContext, _ error: (any Error)?) {
        guard !isFinished else { return }
        isFinished = true
        if let error { finished.fail(error) } else { finished.succeed(()) }
        context.close(promise: nil)
    }
}
