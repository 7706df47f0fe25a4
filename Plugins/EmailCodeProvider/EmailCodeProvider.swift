// EmailCodeProvider is the kind `email-code`: for people whose company has no IdP. Whoever reads a code that was mailed
// to an address, and types it into the browser that asked for it, has the address.
//
// - `EmailCodeProvider`        the connection, and the abilities
// - `EmailCodeProvider+Settings`, `+Form`   what an operator configures
// - `EmailCodeProvider+Login`  the rounds: address, code, again, a new code
// - `SignInCode`               eight digits: drawn, hidden, compared
// - `CodeTicket`               what is kept from round to round
// - `CodeMail`                 what is sent

public import Broker

/// A connection that proves an address by a code in a mail, for people whose company has no IdP.
public struct EmailCodeProvider: FallbackLogin, SettingsLint {
    /// `email-code`.
    public static let kind: ProviderKind = "email-code"
    /// The first version.
    public static let settingsVersion = 1

    /// The connection's name.
    public let id: ConnectionID
    /// What the operator configured.
    public let settings: Settings
    /// Nil where the engine's own look at the organization is enough.
    let recipients: Recipients?
    let context: ProviderContext

    /// Makes a connection; sends nothing.
    public init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        let problems = settings.problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        self.id = id
        self.settings = settings
        recipients = settings.recipients.map { Recipients($0) }
        self.context = context
    }

    /// The mail server, without which there is no login.
    func mailSender() throws(LoginError) -> any MailSender {
        guard let mail = context.mail else {
            throw LoginError(.configurationInvalid, detail: "no mail server is configured")
        }
        return mail
    }

    /// Whether a code can be sent at all.
    public func lint() async -> [LintFinding] {
        guard context.mail == nil else { return [] }
        return [LintFinding(.error, path: [], text: "No mail server is configured, so no code can be sent.")]
    }
}
