import Broker
import Foundation

/// A message as it goes over the wire (RFC 5322), with CR LF line ends.
struct MailText: Sendable {
    let server: SMTPServer
    let mail: OutgoingMail
    let sentAt: Timestamp
    /// The unique part of `Message-ID`.
    let id: String

    /// The whole text.
    ///
    /// - Throws: `refused` where a value would begin a header field of its own.
    func text() throws(MailError) -> String {
        guard SMTPText.isOneLine(mail.subject), SMTPText.isOneLine(server.fromName ?? "") else {
            throw MailError(.refused, detail: "a header of the message has a line end or a control character")
        }
        return (headers + ["", SMTPText.quotedPrintable(mail.text)]).joined(separator: "\r\n") + "\r\n"
    }

    private var headers: [String] {
        [
            "Date: \(Self.date(sentAt))",
            "From: \(from)",
            "To: <\(mail.recipient)>",
            "Subject: \(SMTPText.header(mail.subject))",
            "Message-ID: <\(id)@\(server.from.domain)>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            // RFC 3834 5: no holiday reply to this.
            "Auto-Submitted: auto-generated",
        ]
    }

    private var from: String {
        guard let name = server.fromName, !name.isEmpty else { return "<\(server.from)>" }
        let isPlain = name.utf8.allSatisfy { (32...126).contains($0) } && name.utf8.count <= 64
        let quoted = name.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
        return isPlain ? "\"\(quoted)\" <\(server.from)>" : "\(SMTPText.header(name))\r\n <\(server.from)>"
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// RFC 5322 3.3, in UTC.
    static func date(_ moment: Timestamp) -> String {
        let text = Array(moment.rfc3339)
        let month = Int(String(text[5...6])).map { months[($0 + 11) % 12] } ?? "Jan"
        // The first of January 1970 was a Thursday.
        let day = Int((moment.seconds >= 0 ? moment.seconds / 86_400 : 0) + 4) % 7
        return "\(days[day]), \(String(text[8...9])) \(month) \(String(text[0...3])) \(String(text[11...18])) +0000"
    }
}
