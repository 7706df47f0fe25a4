package import Broker
import Foundation
package import NIOCore
import NIOPosix
import NIOSSL

/// Hands mail to one mail server, a connection for each message.
///
/// TLS with the certificate and the host name checked, or a server on this very machine; never anything between.
package final class SMTPSender: MailSender {
    private let server: SMTPServer
    private let secrets: SecretResolver
    private let time: TimeSource
    private let randomness: Randomness
    private let resolver: any Resolver
    private let limits: SMTPLimits
    private let group: any EventLoopGroup
    private let tls: NIOSSLContext

    /// Reads the trust roots; connects to nobody.
    ///
    /// - Throws: Each file of `server.trustRoots` that cannot be read, at `trustRoots` and its position.
    package init(
        _ server: SMTPServer, secrets: SecretResolver, time: TimeSource = .system, randomness: Randomness = .system,
        resolver: any Resolver = SystemResolver.shared, limits: SMTPLimits = .standard,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws(SettingsError) {
        let roots = try TrustRoots(files: server.trustRoots)
        do {
            tls = try NIOSSLContext(configuration: roots.configuration)
        } catch {
            throw SettingsError(at: ["trustRoots"], "cannot be used for TLS")
        }
        self.server = server
        self.secrets = secrets
        self.time = time
        self.randomness = randomness
        self.resolver = resolver
        self.limits = limits
        group = eventLoopGroup
    }

    /// Hands one message to the server and waits for its yes.
    package func send(_ mail: OutgoingMail) async throws(MailError) {
        let text = try MailText(server: server, mail: mail, sentAt: time.now, id: randomness.token(bytes: 16)).text()
        let job = SMTPDialogue.Job(
            security: server.security, hello: server.from.domain.ascii, sender: server.from, recipient: mail.recipient,
            credentials: try credentials(), message: text)
        do {
            try await withDeadline(limits.deadline, of: server.host) { [self] in
                try await deliver(job, to: try await addresses())
            }
        } catch {
            throw MailError(error, server: server)
        }
    }

    private func credentials() throws(MailError) -> (username: String, password: Secret<String>)? {
        guard let known = server.credentials else { return nil }
        do throws(SettingsError) {
            return (known.username, try secrets.value(of: known.password))
        } catch {
            let why = error.problems.map(\.text).joined(separator: "; ")
            throw MailError(.unavailable, detail: "the password of the mail server cannot be read: \(why)")
        }
    }

    // MARK: Where to

    private func addresses() async throws -> [IPAddress] {
        let found = try await resolved()
        for address in found where !isAllowed(address) {
            throw MailError(.refused, detail: "\(server.host) is at \(address), which is not allowed")
        }
        guard !found.isEmpty else { throw MailError(.unavailable, detail: "\(server.host) has no address") }
        return found
    }

    private func resolved() async throws -> [IPAddress] {
        if let literal = IPAddress(server.host) { return [literal] }
        // RFC 6761 6.3: these are this machine, whatever a name server says.
        if LoopbackHost.matches(server.host) { return [.v4(0x7F00_0001)] }
        return try await resolver.addresses(of: server.host)
    }

    /// Without TLS only this machine's own addresses, whatever the name resolves to today.
    private func isAllowed(_ address: IPAddress) -> Bool {
        let isOwn = Self.loopback.contains { $0.contains(address.unmapped) }
        return server.security == .noneOnLoopback ? isOwn : AddressKind(of: address) != .forbidden
    }

    private static let loopback = ["127.0.0.0/8", "::1/128"].compactMap { AddressRange($0) }

    // MARK: One connection

    private func deliver(_ job: SMTPDialogue.Job, to addresses: [IPAddress]) async throws {
        var failure: any Error = MailError(.unavailable, detail: "\(server.host) has no address to try")
        for address in addresses.prefix(3) {
            let finished = group.any().makePromise(of: Void.self)
            do {
                let channel = try await connect(to: address, job, finished)
                try await withTaskCancellationHandler {
                    try await finished.futureResult.get()
                } onCancel: {
                    channel.close(promise: nil)
                }
                return
            } catch  where error.meansNotConnected {
                finished.fail(error)
                failure = error
            } catch {
                finished.fail(error)
                throw error
            }
        }
        throw failure
    }

    private func connect(
        to address: IPAddress, _ job: SMTPDialogue.Job, _ finished: EventLoopPromise<Void>
    ) async throws -> any Channel {
        let (tls, security) = (tls, server.security)
        // A certificate for an address names the address, which NIOSSL looks at where there is no name.
        let name = IPAddress(server.host) == nil ? server.host : nil
        let makeTLS: @Sendable () throws -> NIOSSLClientHandler = {
            try NIOSSLClientHandler(context: tls, serverHostname: name)
        }
        return try await ClientBootstrap(group: group)
            .connectTimeout(TimeAmount(limits.connect))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if security == .implicitTLS { try channel.pipeline.syncOperations.addHandler(makeTLS()) }
                    try channel.pipeline.syncOperations.addHandler(
                        SMTPHandler(job, makeTLS: makeTLS, finished: finished))
                }
            }
            .connect(to: SocketAddress(ipAddress: address.description, port: server.port)).get()
    }
}
