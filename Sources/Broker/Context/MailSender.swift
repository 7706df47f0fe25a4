/// Sends mail to a person; absent where no mail server is configured.
public protocol MailSender: Sendable {
    /// Hands one message to the mail server.
    func send(_ mail: OutgoingMail) async throws(MailError)
}

/// One plain-text message to one address.
public struct OutgoingMail: Sendable {
    /// Who gets it.
    public var recipient: EmailAddress
    /// The subject line, without line ends.
    public var subject: String
    /// The text.
    public var text: String

    /// A message.
    public init(recipient: EmailAddress, subject: String, text: String) {
        self.recipient = recipient
        self.subject = subject
        self.text = text
    }
}

/// Why a message was not taken.
public struct MailError: Error, Sendable, CustomStringConvertible {
    /// The bounded cause.
    public enum Code: String, Sendable {
        /// The mail server refused this message for good.
        case refused
        /// The mail server is away or asked to try later.
        case unavailable
    }

    /// The bounded cause.
    public let code: Code
    /// What the operator needs to know; never the text of the message.
    public let detail: String

    /// An error with its operator detail.
    public init(_ code: Code, detail: String) {
        self.code = code
        self.detail = detail
    }

    /// The code only.
    public var description: String { code.rawValue }
}
