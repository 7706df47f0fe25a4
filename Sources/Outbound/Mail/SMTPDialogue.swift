import Broker
import Foundation

/// One message's conversation with a mail server: an answer in, what to do out.
///
/// Pure. The stages are RFC 5321 3.3, RFC 3207 for STARTTLS and RFC 4954 for AUTH.
struct SMTPDialogue: Sendable {
    /// What is sent, and to whom we say who we are.
    struct Job: Sendable {
        var security: SMTPServer.Security
        /// How we call ourselves.
        var hello: String
        var sender: EmailAddress
        var recipient: EmailAddress
        var credentials: (username: String, password: Secret<String>)?
        /// The message with CR LF line ends, not yet stuffed.
        var message: String
    }

    /// What the connection does next.
    enum Action: Sendable, Equatable {
        /// Sends these octets and waits for an answer.
        case send(String)
        /// Puts TLS under the connection, then asks `secured` what to send over it.
        case startTLS
        /// The server has the message.
        case done
    }

    private enum Stage: String {
        case greeting, hello = "EHLO", startTLS = "STARTTLS", handshake, authenticate = "AUTH"
        case username = "AUTH LOGIN", password = "AUTH LOGIN password", sender = "MAIL FROM", recipient = "RCPT TO"
        case data = "DATA", message = "the message", done
    }

    private let job: Job
    private var stage = Stage.greeting
    private var isSecure: Bool
    private var extensions: [String: [String]] = [:]

    init(_ job: Job) {
        self.job = job
        isSecure = job.security == .implicitTLS
    }

    /// Reads one answer.
    ///
    /// - Throws: What ends the conversation.
    mutating func receive(_ reply: SMTPReply) throws(MailError) -> Action {
        try checkCode(reply)
        switch stage {
        case .greeting: return hello()
        case .hello: return try afterHello(reply)
        case .startTLS: return go(.handshake, .startTLS)
        case .authenticate, .password: return try mailFrom()
        case .username: return afterLogin(reply)
        case .sender: return go(.recipient, .send("RCPT TO:<\(job.recipient)>\r\n"))
        case .recipient: return go(.data, .send("DATA\r\n"))
        case .data: return go(.message, .send(SMTPText.stuffed(job.message)))
        case .message: return go(.done, .done)
        case .handshake, .done: throw MailError(.refused, detail: "the mail server answered what nobody asked")
        }
    }

    /// All that follows goes over TLS.
    ///
    /// What was said before it counts no more (RFC 3207 4.2).
    mutating func secured() throws(MailError) -> Action {
        guard stage == .handshake else { throw MailError(.refused, detail: "TLS came out of turn") }
        isSecure = true
        extensions = [:]
        return hello()
    }

    // MARK: Stages

    private mutating func go(_ next: Stage, _ action: Action) -> Action {
        stage = next
        return action
    }

    private mutating func hello() -> Action { go(.hello, .send("EHLO \(job.hello)\r\n")) }

    /// The positive codes of each command; whatever else says yes says it to another question.
    private func checkCode(_ reply: SMTPReply) throws(MailError) {
        let expected: [Int] =
            switch stage {
            case .greeting, .startTLS: [220]
            case .hello, .sender, .message, .handshake, .done: [250]
            case .authenticate, .password: [235]
            case .username: [334]
            case .recipient: [250, 251]
            case .data: [354]
            }
        guard !expected.contains(reply.code) else { return }
        throw MailError(
            reply.isTransient ? .unavailable : .refused,
            detail: "the mail server answered \(reply.summary) to \(stage.rawValue)")
    }

    private mutating func afterHello(_ reply: SMTPReply) throws(MailError) -> Action {
        extensions = Self.extensions(reply)
        guard isSecure || job.security == .noneOnLoopback else {
            guard extensions["STARTTLS"] != nil else {
                throw MailError(.refused, detail: "the mail server does not offer STARTTLS, and nothing goes without")
            }
            return go(.startTLS, .send("STARTTLS\r\n"))
        }
        return try authenticate()
    }

    private mutating func authenticate() throws(MailError) -> Action {
        guard let (username, password) = job.credentials else { return try mailFrom() }
        // Whoever listens would have the password.
        guard isSecure else { throw MailError(.refused, detail: "credentials are sent under TLS only") }
        let mechanisms = extensions["AUTH"] ?? []
        if mechanisms.contains("PLAIN") {
            let text = SMTPText.base64("\0\(username)\0\(password.reveal())")
            return go(.authenticate, .send("AUTH PLAIN \(text)\r\n"))
        }
        guard mechanisms.contains("LOGIN") else {
            throw MailError(.refused, detail: "the mail server offers neither AUTH PLAIN nor AUTH LOGIN")
        }
        loginAnswers = [SMTPText.base64(username), SMTPText.base64(password.reveal())]
        return go(.username, .send("AUTH LOGIN\r\n"))
    }

    /// What AUTH LOGIN still asks for.
    private var loginAnswers: [String] = []

    private mutating func afterLogin(_ reply: SMTPReply) -> Action {
        let answer = loginAnswers.removeFirst()
        return go(loginAnswers.isEmpty ? .password : .username, .send("\(answer)\r\n"))
    }

    /// RFC 6531 3.4: an address beyond ASCII goes only to a server that says it can carry one.
    private mutating func mailFrom() throws(MailError) -> Action {
        let isASCII = "\(job.recipient)\(job.sender)".utf8.allSatisfy { $0 < 128 }
        guard isASCII || extensions["SMTPUTF8"] != nil else {
            throw MailError(.refused, detail: "the mail server takes no address beyond ASCII")
        }
        return go(.sender, .send("MAIL FROM:<\(job.sender)>\(isASCII ? "" : " BODY=8BITMIME SMTPUTF8")\r\n"))
    }

    /// The extensions that an EHLO answer names, in capitals, with their parameters.
    private static func extensions(_ reply: SMTPReply) -> [String: [String]] {
        let words = reply.lines.dropFirst().map { $0.uppercased().split(separator: " ").map(String.init) }
        return Dictionary(words.compactMap { $0.isEmpty ? nil : ($0[0], Array($0.dropFirst())) }) { $0 + $1 }
    }
}
