import Broker
import Foundation

/// The one message that carries a code.
struct CodeMail: Sendable {
    let recipient: EmailAddress
    let code: SignInCode
    let settings: EmailCodeProvider.Settings

    /// Hands the mail to the mail server.
    ///
    /// Whatever it says against it is said without the code, which a server may repeat.
    func send(by sender: any MailSender) async throws(LoginError) {
        do throws(MailError) {
            try await sender.send(OutgoingMail(recipient: recipient, subject: settings.subject, text: text))
        } catch {
            let detail = error.detail.replacingOccurrences(of: code.reveal(), with: "<redacted>")
            let (code, rule) = Self.cause(of: error.code, detail)
            throw LoginError(
                code, detail: "mail \(error.code.rawValue): \(detail)", rule: rule,
                underlying: MailError(error.code, detail: detail))
        }
    }

    private static func cause(of code: MailError.Code, _ detail: String) -> (LoginError.Code, rule: String?) {
        switch code {
        case .refused, .unavailable: (.upstreamUnavailable, nil)
        case .recipientNotAllowed: (.emailDomainNotOwned, nil)
        case .throttled: (.rateLimited, detail)
        }
    }

    private var text: String {
        """
        \(code.reveal()) is your code to sign in to \(settings.productName).

        It works for \(CodeTicket.lifetime.wholeSeconds / 60) minutes, once, and only in the browser in which it was asked for.
        Nobody from \(settings.productName) will ever ask you for it.

        If you did not ask for it, you can ignore this message: without the code nobody gets in.

        """
    }
}
