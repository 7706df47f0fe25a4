import Broker
import Foundation
import Testing

@testable import Outbound

/// Against a server on loopback, as it should be and as an attacker would have it.
@Suite struct SMTPSenderTests {
    /// `idp.localhost` is one of the two names on the certificate.
    private func sender(
        _ port: Int, _ security: SMTPServer.Security = .startTLS, host: String = "idp.localhost",
        credentials: Bool = true, trusts: Bool = true, limits: SMTPLimits = .standard,
        resolver: any Resolver = SystemResolver.shared
    ) throws -> SMTPSender {
        let roots = trusts ? [try CertificateAuthority.shared.get().authority] : []
        return try SMTPSender(
            SMTPServer(
                host: host, port: port, security: security,
                from: try #require(EmailAddress("no-reply@broker.example")),
                credentials: credentials
                    ? .init(username: "user", password: try #require(SecretReference("env:PASSWORD"))) : nil,
                trustRoots: roots),
            secrets: SecretResolver { _ throws(SettingsError) in Secret("hunter2") }, resolver: resolver, limits: limits
        )
    }

    private func mail(_ text: String = "12345678 is your code\n.\nQUIT\n") throws -> OutgoingMail {
        OutgoingMail(recipient: try #require(EmailAddress("alice@acme.example")), subject: "Code", text: text)
    }

    /// What a message was refused with.
    private func failure(_ sender: SMTPSender) async throws -> MailError {
        let mail = try mail()
        do throws(MailError) {
            try await sender.send(mail)
        } catch {
            #expect(!error.detail.contains("12345678") && !error.detail.contains("hunter2"))
            #expect(!error.detail.contains("aHVudGVyMg"))
            return error
        }
        throw Taken()
    }

    private struct Taken: Error {}

    private func isTold(_ server: ScriptedMailServer, _ verb: String) -> Bool {
        server.lines.contains { $0.contains(verb) }
    }

    // MARK: As it should be

    @Test func `a message goes over STARTTLS, credentials and text under TLS only`() async throws {
        try await ScriptedMailServer.with(ScriptedMailServer.answers()) { server in
            try await sender(server.port).send(mail())
            #expect(server.lines.first == "EHLO broker.example")
            #expect(server.lines.filter { !$0.hasPrefix("TLS ") } == ["EHLO broker.example", "STARTTLS"])
            #expect(server.lines.contains("TLS RCPT TO:<alice@acme.example>"))
            #expect(server.lines.contains("TLS 12345678 is your code"))
            #expect(server.lines.contains("TLS .."))
        }
    }

    @Test func `a message goes over TLS from the first octet`() async throws {
        try await ScriptedMailServer.with(ScriptedMailServer.answers(), implicitTLS: true) { server in
            try await sender(server.port, .implicitTLS).send(mail())
            #expect(server.lines.allSatisfy { $0.hasPrefix("TLS ") } && isTold(server, "queued") == false)
        }
    }

    @Test func `a message goes without TLS on this machine where that is configured`() async throws {
        try await ScriptedMailServer.with(ScriptedMailServer.answers(offersTLS: false)) { server in
            try await sender(server.port, .noneOnLoopback, host: "127.0.0.1", credentials: false).send(mail())
            #expect(isTold(server, "12345678"))
        }
    }

    // MARK: Attacks

    @Test func `a server that offers no STARTTLS hears nothing more`() async throws {
        try await ScriptedMailServer.with(ScriptedMailServer.answers(offersTLS: false)) { server in
            let error = try await failure(sender(server.port))
            #expect(error.code == .refused)
            #expect(server.lines == ["EHLO broker.example"])
        }
    }

    @Test func `a certificate of an authority that is not trusted is refused`() async throws {
        try await ScriptedMailServer.with(ScriptedMailServer.answers()) { server in
            let error = try await failure(sender(server.port, trusts: false))
            #expect(error.code == .refused)
            #expect(!isTold(server, "AUTH") && !isTold(server, "MAIL"))
        }
    }

    @Test(arguments: ["mx.localhost", "127.0.0.1"])
    func `a certificate of another host is refused`(host: String) async throws {
        try await ScriptedMailServer.with(ScriptedMailServer.answers()) { server in
            let error = try await failure(sender(server.port, host: host))
            #expect(error.code == .refused)
            #expect(!isTold(server, "AUTH") && !isTold(server, "MAIL"))
        }
    }

    @Test(arguments: [
        "220 go\r\n250-mx\r\n250 AUTH PLAIN\r\n<TLS>", "220 go\r\n250 half<TLS>", "220-a\r\n220 go\r\n235 ok\r\n<TLS>",
    ])
    func `an answer that was put before TLS is refused`(injected: String) async throws {
        try await ScriptedMailServer.with(ScriptedMailServer.answers(["STARTTLS": injected])) { server in
            let error = try await failure(sender(server.port))
            #expect(error.code == .refused)
            #expect(!isTold(server, "AUTH") && !isTold(server, "MAIL"))
        }
    }

    @Test func `a server that says yes to STARTTLS and goes on without is refused`() async throws {
        try await ScriptedMailServer.with(
            ScriptedMailServer.answers(["STARTTLS": "220 go\r\n", "EHLO": "250-mx\r\n250 STARTTLS\r\n"])
        ) { server in
            let short = SMTPLimits(deadline: .milliseconds(400), connect: .seconds(2))
            _ = try await failure(sender(server.port, limits: short))
            #expect(!isTold(server, "AUTH PLAIN") && !isTold(server, "MAIL FROM"))
        }
    }

    @Test func `a no to the recipient is a refusal, a not now is no refusal`() async throws {
        try await ScriptedMailServer.with(ScriptedMailServer.answers(["RCPT": "550 5.1.1 no alice\r\n"])) { server in
            let error = try await failure(sender(server.port))
            #expect(error.code == .refused && error.detail == "the mail server answered 550 5.1.1 to RCPT TO")
        }
        try await ScriptedMailServer.with(ScriptedMailServer.answers(["RCPT": "451 4.7.1 greylisted\r\n"])) { server in
            let error = try await failure(sender(server.port))
            #expect(error.code == .unavailable)
        }
    }

    @Test(arguments: ["", "EHLO"])
    func `an answer without an end is refused`(verb: String) async throws {
        let endless = String(repeating: "220-more\r\n", count: 500)
        try await ScriptedMailServer.with(ScriptedMailServer.answers([verb: endless])) { server in
            let error = try await failure(sender(server.port))
            #expect(error.code == .refused)
        }
    }

    @Test func `a server that never answers is given up`() async throws {
        try await ScriptedMailServer.with(ScriptedMailServer.answers(["": ""])) { server in
            let short = SMTPLimits(deadline: .milliseconds(300), connect: .seconds(2))
            let error = try await failure(sender(server.port, limits: short))
            #expect(error.code == .unavailable)
        }
    }

    @Test func `without TLS nothing goes to an address off this machine, whatever the name resolves to`() async throws {
        struct Elsewhere: Resolver {
            func addresses(of host: String) async throws(TransportError) -> [IPAddress] {
                [.v4(0x7F00_0001), .v4(0x0A00_0001)]
            }
        }
        try await ScriptedMailServer.with(ScriptedMailServer.answers()) { server in
            let sender = try sender(
                server.port, .noneOnLoopback, host: "mx.example", credentials: false, resolver: Elsewhere())
            let error = try await failure(sender)
            #expect(error.code == .refused)
            #expect(server.connections == 0)
        }
    }

    @Test func `a server that is away is unavailable`() async throws {
        var port = 0
        try await ScriptedMailServer.with(ScriptedMailServer.answers()) { port = $0.port }
        let error = try await failure(sender(port))
        #expect(error.code == .unavailable)
    }

    @Test func `trust roots that cannot be read are named`() throws {
        let address = try #require(EmailAddress("no-reply@broker.example"))
        let error = #expect(throws: SettingsError.self) {
            try SMTPSender(
                SMTPServer(host: "mx.example", from: address, trustRoots: ["/no/such.pem"]),
                secrets: SecretResolver { _ throws(SettingsError) in Secret("x") })
        }
        #expect(error?.problems.map(\.path) == [["trustRoots", "0"]])
    }
}
