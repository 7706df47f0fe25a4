/// Sends mail to a person; absent where no mail server is configured.
///
/// A module writes only within a login. The engine looks at every message: the connection's organization must own the
/// address, no identity provider of it may speak for the address where the module is a `FallbackLogin`, and messages are
/// counted per address, per network of the browser and per organization.
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
        /// The engine does not let this connection write to the address: its organization does not own it, or another
        /// connection speaks for it.
        case recipientNotAllowed = "recipient_not_allowed"
        /// The address, the person's network or the organization had too many messages lately.
        case throttled
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
