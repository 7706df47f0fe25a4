import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A mail server on loopback that says what a test tells it to.
final class ScriptedMailServer: Sendable {
    /// What it says to a command; `<TLS>` at the end puts TLS under the connection once that was said.
    typealias Answer = @Sendable (_ command: String, _ isSecure: Bool) -> String

    private struct Seen {
        var commands: [(line: String, isSecure: Bool)] = []
        var connections = 0
    }

    private let seen = Mutex(Seen())
    private let channel = Mutex<(any Channel)?>(nil)
    private let answer: Answer

    var port: Int { channel.withLock { $0?.localAddress?.port ?? 0 } }
    /// The lines that came, those under TLS as such.
    var lines: [String] { seen.withLock { $0.commands.map { ($0.isSecure ? "TLS " : "") + $0.line } } }
    var connections: Int { seen.withLock(\.connections) }

    /// A server that behaves, with these answers in place of its own.
    static func answers(_ changes: [String: String] = [:], offersTLS: Bool = true) -> Answer {
        { line, isSecure in
            let verb = line.split(separator: " ").first.map { $0.uppercased() } ?? ""
            if let change = changes[verb] { return change }
            switch verb {
            case "": return "220 mx.example\r\n"
            case "EHLO":
                return "250-mx.example\r\n250-\(offersTLS && !isSecure ? "STARTTLS" : "SIZE 1")\r\n250 AUTH PLAIN\r\n"
            case "STARTTLS": return "220 go\r\n<TLS>"
            case "AUTH": return "235 ok\r\n"
            case "MAIL", "RCPT": return "250 ok\r\n"
            case "DATA": return "354 go\r\n"
            case ".": return "250 queued\r\n"
            case "QUIT": return "221 bye\r\n"
            default: return ""
            }
        }
    }

    private init(_ answer: @escaping Answer) { self.answer = answer }

    static func with(
        _ answer: @escaping Answer, implicitTLS: Bool = false, _ body: (ScriptedMailServer) async throws -> Void
    ) async throws {
        let server = ScriptedMailServer(answer)
        let authority = try CertificateAuthority.shared.get()
        let tls = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: NIOSSLCertificate.fromPEMFile(authority.certificate).map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(file: authority.key, format: .pem))))
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if implicitTLS { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(
                        Handler(server: server, tls: tls, isSecure: implicitTLS))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.channel.withLock { $0 = channel }
        do {
            try await body(server)
            try await channel.close()
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let server: ScriptedMailServer
        private let tls: NIOSSLContext
        private var isSecure: Bool
        private var isInMessage = false
        private var pending: [UInt8] = []

        init(server: ScriptedMailServer, tls: NIOSSLContext, isSecure: Bool) {
            self.server = server
            self.tls = tls
            self.isSecure = isSecure
        }

        func channelActive(context: ChannelHandlerContext) {
            server.seen.withLock { $0.connections += 1 }
            say("", context)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            pending += unwrapInboundIn(data).readableBytesView
            while let end = pending.firstIndex(of: 0x0A) {
                let line = String(decoding: pending[..<end], as: UTF8.self).trimmingCharacters(in: .newlines)
                pending.removeSubrange(...end)
                server.seen.withLock { [isSecure] in $0.commands.append((line, isSecure)) }
                if !isInMessage || line == "." { say(line, context) }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func say(_ line: String, _ context: ChannelHandlerContext) {
            let answer = server.answer(line, isSecure)
            isInMessage = answer.hasPrefix("354")
            let text = answer.replacingOccurrences(of: "<TLS>", with: "")
            if !text.isEmpty {
                context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
            }
            guard answer.hasSuffix("<TLS>") else { return }
            isSecure = true
            try? context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls), position: .first)
        }
    }
}
