import Broker
import Foundation
import Testing

@testable import Outbound

@Suite struct MailTextTests {
    private func text(
        subject: String = "Your code", text: String = "12345678 is your code.\n", fromName: String? = nil
    ) throws -> String {
        let server = SMTPServer(
            host: "mx.example", from: try #require(EmailAddress("no-reply@broker.example")), fromName: fromName)
        let mail = OutgoingMail(
            recipient: try #require(EmailAddress("alice@acme.example")), subject: subject, text: text)
        return try MailText(server: server, mail: mail, sentAt: Timestamp(seconds: 1_768_478_400), id: "abc").text()
    }

    @Test func `has the headers of RFC 5322 and MIME, and nothing that a person would not expect`() throws {
        #expect(
            try text()
                == """
                Date: Thu, 15 Jan 2026 12:00:00 +0000
                From: <no-reply@broker.example>
                To: <alice@acme.example>
                Subject: Your code
                Message-ID: <abc@broker.example>
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable
                Auto-Submitted: auto-generated

                12345678 is your code.


                """.replacingOccurrences(of: "\n", with: "\r\n"))
    }

    @Test(arguments: [
        "a\r\nBcc: eve@evil.example", "a\nBcc: x", "a\rBcc: x", "a\u{0}", "a\u{2028}b", "a\u{85}b", "a\u{7F}b",
        "a\u{1B}[2J",
    ])
    func `a subject or a name that would begin another header is refused`(text value: String) throws {
        #expect(throws: MailError.self) { try text(subject: value) }
        #expect(throws: MailError.self) { try text(fromName: value) }
    }

    @Test func `a subject beyond ASCII is encoded words of at most 75 characters, no character torn`() throws {
        let subject = String(repeating: "Ünser Code für 客户 ", count: 6)
        let lines = SMTPText.header(subject).components(separatedBy: "\r\n ")
        #expect(lines.count > 2)
        #expect(lines.allSatisfy { $0.utf8.count <= 75 && $0.hasPrefix("=?utf-8?B?") && $0.hasSuffix("?=") })
        let decoded = try lines.map { line in
            let data = try #require(Data(base64Encoded: String(line.dropFirst(10).dropLast(2))))
            return try #require(String(data: data, encoding: .utf8))
        }
        #expect(decoded.joined() == subject)
        #expect(SMTPText.header("=?utf-8?B?eA==?=") != "=?utf-8?B?eA==?=")
    }

    @Test func `a name is quoted, and its quotes do not end it`() throws {
        #expect(try text(fromName: "Acme \"Support\" \\").contains(#"From: "Acme \"Support\" \\" <no-reply@broker"#))
        #expect(try text(fromName: "Süd").contains("From: =?utf-8?B?U8O8ZA==?=\r\n <no-reply@broker.example>"))
    }

    @Test(arguments: [
        ("a=b", "a=3Db"), ("é", "=C3=A9"), ("a \nb", "a=20\r\nb"), ("a\t", "a=09"), (".", "."), ("a\rb", "a\r\nb"),
        (String(repeating: "x", count: 76), String(repeating: "x", count: 75) + "=\r\nx"),
    ])
    func `the text is quoted-printable`(text: String, encoded: String) {
        #expect(SMTPText.quotedPrintable(text) == encoded)
    }

    @Test(arguments: [
        ("a\r\n.\r\nQUIT\r\n", "a\r\n..\r\nQUIT\r\n.\r\n"), (".a", "..a\r\n.\r\n"), ("..\r\n", "...\r\n.\r\n"),
        ("", ".\r\n"),
        ("a\n.\nQUIT", "a\r\n..\r\nQUIT\r\n.\r\n"), ("a\r.\rQUIT", "a\r\n..\r\nQUIT\r\n.\r\n"),
        ("a\r\n\r\nb", "a\r\n\r\nb\r\n.\r\n"), ("a\n\r.\r\nb", "a\r\n\r\n..\r\nb\r\n.\r\n"),
    ])
    func `no line of a message ends it, whatever its line ends are`(message: String, stuffed: String) {
        #expect(SMTPText.stuffed(message) == stuffed)
    }
}
