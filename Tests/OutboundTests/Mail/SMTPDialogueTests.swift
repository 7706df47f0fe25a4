import Broker
import Foundation
import Testing

@testable import Outbound

/// Plays a server's lines against the dialogue.
@Suite struct SMTPDialogueTests {
    private func job(
        _ security: SMTPServer.Security = .startTLS, recipient: String = "alice@acme.example",
        credentials: (String, Secret<String>)? = nil
    ) throws -> SMTPDialogue.Job {
        SMTPDialogue.Job(
            security: security, hello: "broker.example", sender: try #require(EmailAddress("no-reply@broker.example")),
            recipient: try #require(EmailAddress(recipient)),
            credentials: credentials.map { (username: $0.0, password: $0.1) }, message: "Subject: x\r\n\r\n.dot\r\n")
    }

    /// What was sent to the answers, with TLS as `<TLS>`, and what ended it.
    private func play(_ job: SMTPDialogue.Job, _ answers: [String]) -> (sent: [String], error: MailError?) {
        var dialogue = SMTPDialogue(job)
        var (parser, sent) = (SMTPReplyParser(), [String]())
        do {
            for answer in answers {
                for reply in try parser.take(Array("\(answer)\r\n".utf8)) {
                    var action = try dialogue.receive(reply)
                    if action == .startTLS {
                        sent.append("<TLS>")
                        action = try dialogue.secured()
                    }
                    if case .send(let text) = action { sent.append(text.replacingOccurrences(of: "\r\n", with: "|")) }
                    if action == .done { sent.append("<done>") }
                }
            }
            return (sent, nil)
        } catch {
            return (sent, error as? MailError)
        }
    }

    private let toTLS = ["220 mx", "250-mx\r\n250-STARTTLS\r\n250 AUTH PLAIN", "220 go"]
    private let accepted = ["250 ok", "250 ok", "354 go", "250 queued"]

    @Test func `a message goes through STARTTLS and EHLO again to the server's yes`() throws {
        let (sent, error) = play(try job(), toTLS + ["250 mx"] + accepted)
        #expect(error == nil)
        #expect(
            sent == [
                "EHLO broker.example|", "STARTTLS|", "<TLS>", "EHLO broker.example|",
                "MAIL FROM:<no-reply@broker.example>|", "RCPT TO:<alice@acme.example>|", "DATA|",
                "Subject: x||..dot|.|", "<done>",
            ])
    }

    @Test(arguments: [SMTPServer.Security.implicitTLS, .noneOnLoopback])
    func `no STARTTLS where TLS stands or none is wanted`(security: SMTPServer.Security) throws {
        let (sent, error) = play(try job(security), ["220 mx", "250-mx\r\n250 STARTTLS"] + accepted)
        #expect(error == nil)
        #expect(!sent.contains("STARTTLS|") && sent.last == "<done>")
    }

    @Test func `a server without STARTTLS is told nothing`() throws {
        let (sent, error) = play(try job(credentials: ("u", Secret("p"))), ["220 mx", "250-mx\r\n250 AUTH PLAIN"])
        #expect(error?.code == .refused)
        #expect(sent == ["EHLO broker.example|"])
    }

    @Test func `credentials go after TLS, by PLAIN or else by LOGIN`() throws {
        let credentials = ("user", Secret("pass"))
        let plain = play(
            try job(credentials: credentials), toTLS + ["250-mx\r\n250 AUTH LOGIN PLAIN", "235 ok"] + accepted)
        #expect(plain.sent.contains("AUTH PLAIN AHVzZXIAcGFzcw==|") && plain.sent.last == "<done>")
        let login = play(
            try job(credentials: credentials),
            toTLS + ["250-mx\r\n250 auth login", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 ok"] + accepted)
        #expect(login.sent.contains("AUTH LOGIN|"))
        #expect(login.sent.contains("dXNlcg==|") && login.sent.contains("cGFzcw==|") && login.sent.last == "<done>")
    }

    @Test func `what was offered before TLS is forgotten with it`() throws {
        let (sent, error) = play(try job(credentials: ("user", Secret("pass"))), toTLS + ["250 mx"])
        #expect(error?.code == .refused)
        #expect(!sent.contains { $0.hasPrefix("AUTH") })
    }

    @Test func `credentials without TLS are never sent`() throws {
        let (sent, error) = play(
            try job(.noneOnLoopback, credentials: ("user", Secret("pass"))), ["220 mx", "250-mx\r\n250 AUTH PLAIN"])
        #expect(error?.code == .refused)
        #expect(sent == ["EHLO broker.example|"])
    }

    @Test(arguments: 0..<8, [("450 4.2.0 later", MailError.Code.unavailable), ("550 5.7.1 no", .refused)])
    func `a no at any stage ends it`(stage: Int, no: (String, MailError.Code)) throws {
        let script = toTLS + ["250 mx"] + accepted
        let (sent, error) = play(try job(), Array(script.prefix(stage)) + [no.0])
        #expect(error?.code == no.1)
        #expect(error?.detail.contains(no.0.prefix(9)) == true)
        #expect(sent.last != "<done>")
    }

    @Test(arguments: 0..<8, ["299 yes", "235 yes", "334 go", "221 bye", "555 no", "354 go on"])
    func `a yes to another question is no yes`(stage: Int, answer: String) throws {
        let script = toTLS + ["250 mx"] + accepted
        guard !script[stage].hasPrefix(answer.prefix(3)) else { return }
        let (sent, error) = play(try job(), Array(script.prefix(stage)) + [answer])
        #expect(error != nil)
        #expect(sent.last != "<done>")
    }

    @Test func `an address beyond ASCII goes only to a server that carries one`() throws {
        let address = "josé@acme.example"
        let without = play(try job(recipient: address), toTLS + ["250 mx"])
        #expect(without.error?.code == .refused)
        let with = play(try job(recipient: address), toTLS + ["250-mx\r\n250 SMTPUTF8"] + accepted)
        #expect(with.sent.contains("MAIL FROM:<no-reply@broker.example> BODY=8BITMIME SMTPUTF8|"))
        #expect(with.sent.last == "<done>")
    }

    @Test func `a refusal never repeats what the server wrote`() throws {
        let (_, error) = play(
            try job(credentials: ("user", Secret("pass"))),
            toTLS + ["250-mx\r\n250 AUTH PLAIN", "535 5.7.8 AHVzZXIAcGFzcw== is wrong"])
        #expect(error?.detail == "the mail server answered 535 5.7.8 to AUTH")
    }
}
