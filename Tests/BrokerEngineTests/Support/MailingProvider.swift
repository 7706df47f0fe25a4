import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Synchronization

/// A mail server that keeps what it was given.
final class TestMailServer: MailSender {
    private let kept = Mutex<[OutgoingMail]>([])

    var recipients: [String] { kept.withLock { $0.map(\.recipient.description) } }
    func send(_ mail: OutgoingMail) async throws(MailError) { kept.withLock { $0.append(mail) } }
}

/// A module for people without an IdP: writes to the address of the hint, and vouches for whoever is typed.
struct MailingProvider: FallbackLogin {
    struct Settings: Codable, Sendable {}

    static let kind: ProviderKind = "test-mail"
    static let form = SettingsForm([])
    static let settingsVersion = 1

    private let id: ConnectionID
    private let context: ProviderContext

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        self.id = id
        self.context = context
    }

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        if let address = request.loginHint.flatMap({ EmailAddress(typed: $0) }) { try await write(to: address) }
        return LoginStep(.ask([PromptField(name: "email", label: "E-mail")]))
    }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        guard let address = EmailAddress(typed: callback.parameters["email"] ?? "") else {
            throw LoginError(.malformedRequest, detail: "no address")
        }
        if callback.parameters["write"] != nil { try await write(to: address) }
        return .identity(
            VerifiedIdentity(
                subject: SubjectKey(connection: id, issuer: "mail", subject: "\(address)"),
                email: Email(address, evidence: .idpVerified), groups: .unsupported))
    }

    private func write(to address: EmailAddress) async throws(LoginError) {
        do {
            try await context.mail?.send(OutgoingMail(recipient: address, subject: "Code", text: "12345678"))
        } catch {
            throw LoginError(
                error.code == .throttled ? .rateLimited : .emailDomainNotOwned, detail: error.detail, underlying: error)
        }
    }
}

extension TestInstallation {
    /// An installation with a mail server and, at Globex, a connection for people without an IdP: `globex-mail`.
    static func withMail(
        _ mail: TestMailServer, _ configure: @escaping (inout WantedResources) -> Void = { _ in }
    ) async throws -> (TestInstallation, Engine) {
        let here = try await TestInstallation(starts: false)
        let engine = try await here.otherEngine { environment in
            environment.mail = mail
            environment.registry =
                (try? ProviderRegistry([TestProvider.self, KeyedProvider.self, MailingProvider.self]))
                ?? environment.registry
        }
        var wanted = here.standardResources()
        wanted.connections.append(
            Connection(
                id: "globex-mail", organization: "globex", kind: MailingProvider.kind, name: "Code by e-mail",
                settings: .object([:])))
        configure(&wanted)
        _ = try await engine.resources.apply(wanted, prune: false, isDryRun: false, actor: .system)
        try await engine.live.reload()
        return (here, engine)
    }
}
