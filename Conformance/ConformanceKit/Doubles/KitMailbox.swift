public import Broker
import Synchronization

/// A mail server that keeps what it was given, or fails.
public final class KitMailbox: MailSender {
    private let state = Mutex<(mails: [OutgoingMail], failure: MailError.Code?)>(([], nil))

    /// An empty mailbox.
    public init() {}

    /// Everything that was sent.
    public var mails: [OutgoingMail] { state.withLock { $0.mails } }

    /// Makes the next mails fail, or no longer.
    public func fail(_ code: MailError.Code?) { state.withLock { $0.failure = code } }

    /// Takes a mail.
    public func send(_ mail: OutgoingMail) async throws(MailError) {
        let failure = state.withLock { state in
            state.mails.append(mail)
            return state.failure
        }
        // A server that repeats what it was sent.
        if let failure { throw MailError(failure, detail: "550 no: \(mail.text)") }
    }
}
