import Broker
import BrokerCommands
import BrokerEngine
import BrokerModel
import BrokerRuntime
import Foundation
import Logging
import OIDCProvider
import Synchronization

/// Runs commands in this process against a store of its own.
final class Shell: Sendable {
    struct Result: Sendable {
        var status: Int32
        var out: String
        var error: String
    }

    private struct Written {
        var out = ""
        var error = ""
    }

    static let providers: [any IdentityProvider.Type] = [OIDCProvider.self, KeyedProvider.self, BadgeProvider.self]
    static let facades = [FacadeModule(OpenFacade.self), FacadeModule(AssertingFacade.self)]
    static let secret = "s3cret-of-acme-never-printed"
    static let kek = "q1fN0kR8Zs3yVw7uXbE5tJmC2hLpA9dGoI4xYzSeTiM"

    let folder: URL
    let environment = ["VESTIBULE_KEK": Shell.kek, "ACME_SECRET": Shell.secret]
    private let everything = Mutex("")

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "vestibule-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write("server.yaml", "publicURL: https://support.example/vestibule\n")
        try write("resources.yaml", Self.resources)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// All that any command wrote.
    var transcript: String { everything.withLock { $0 } }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    }

    /// Runs one command with the shell's settings.
    @discardableResult
    func run(_ arguments: String..., answer: String? = nil) async -> Result {
        await runBare(arguments + ["--config", path("server.yaml")], answer: answer)
    }

    /// Runs one command with somebody at the terminal, who answers in this order.
    @discardableResult
    func ask(_ arguments: String..., answers: [String]) async -> Result {
        let left = Mutex(answers[...])
        return await runBare(
            arguments + ["--config", path("server.yaml")], isTerminal: true,
            answers: { left.withLock { $0.popFirst() } })
    }

    /// Runs one command that waits for somebody else; `meanwhile` gets what was written when it does.
    @discardableResult
    func run(
        _ arguments: String..., meanwhile: @escaping @Sendable (String) async throws -> Void
    ) async -> Result {
        await runBare(arguments + ["--config", path("server.yaml")], meanwhile: meanwhile)
    }

    func runBare(
        _ arguments: [String], answer: String? = nil, isTerminal: Bool = false,
        answers: (@Sendable () -> String?)? = nil,
        meanwhile: @escaping @Sendable (String) async throws -> Void = { _ in }
    ) async -> Result {
        let written = Box()
        let context = CommandContext(
            providers: Self.providers, facades: Self.facades,
            output: Output { written.add($0, $1) }, environment: environment, answer: answers ?? { answer },
            isTerminal: isTerminal,
            wait: { _ in
                let (out, error) = written.all
                try await meanwhile(out + error)
            })
        let status = await Vestibule.execute(arguments, in: context)
        let (out, error) = written.all
        everything.withLock { $0 += out + error }
        return Result(status: status, out: out, error: error)
    }

    private final class Box: Sendable {
        private let written = Mutex(Written())
        var all: (String, String) { written.withLock { ($0.out, $0.error) } }
        func add(_ text: String, _ isError: Bool) {
            written.withLock { if isError { $0.error += text } else { $0.out += text } }
        }
    }

    /// The installation itself, for what no command does: a login.
    func installation() throws -> Installation {
        try Installation(
            ServerConfiguration.load(file: path("server.yaml"), environment: environment),
            providers: Self.providers, facades: Self.facades, environment: environment,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    static let resources = """
        organizations:
          - {id: acme, name: Acme, domains: [acme.example]}
        connections:
          - id: acme-staff
            organization: acme
            kind: oidc
            name: Acme staff
            settings: {issuer: "https://idp.acme.example", clientID: vestibule, clientSecret: env:ACME_SECRET}
        sites:
          - {id: portal, kind: data-center, origin: "https://support.example"}

        """
}

extension Shell {
    static let alice = CustomerID(rawValue: "c_alice")
    static let session = SessionID(rawValue: "s_alice")
    static let reference = Reference(rawValue: "01abcdefgh12")

    /// Writes what a login of Alice leaves in the store.
    func signInAlice() async throws {
        let installation = try installation()
        try await installation.engine.start()
        let now = TimeSource.system.now
        guard let email = EmailAddress("alice@acme.example") else { return }
        let subject = SubjectKey(connection: "acme-staff", issuer: "https://idp.acme.example", subject: "alice-sub")
        let customer = Customer(
            id: Self.alice, organization: "acme", email: email,
            displayName: "Alice \u{1B}[2J Ångström\u{9B}2J\u{202E}\u{2028}", createdAt: now)
        let session = Session(
            id: Self.session, customer: Self.alice, subject: subject, organization: "acme", site: "portal",
            createdAt: now, lastSeenAt: now, idleDeadline: now + .seconds(3600), absoluteDeadline: now + .seconds(7200),
            authentication: AuthenticationContext())
        let audit = installation.engine.audit
        try await installation.engine.environment.store.write { writer in
            try writer.insert(customer)
            try writer.insert(
                IdentityLink(
                    subject: subject, customer: Self.alice, evidence: .idpVerified, createdAt: now, lastSeenAt: now))
            try writer.insert(session, handleHash: Data(repeating: 7, count: 32))
            for event in Self.story(at: now) { try audit.append(event, in: writer) }
        }
        try await audit.signHead()
        await installation.close()
    }

    /// Writes what an answer to a site leaves in the store.
    func tellSite(of session: SessionID, as name: String) async throws {
        let installation = try installation()
        guard let address = EmailAddress(name) else { return }
        let told = FacadeSession(
            facade: FacadeAddress(site: "portal", kind: "openid"), key: "_1", session: session, customer: Self.alice,
            name: name, createdAt: TimeSource.system.now)
        try await installation.engine.environment.store.write { writer in
            try writer.setPortalName(address, of: Self.alice)
            try writer.put(told)
        }
        await installation.close()
    }

    /// Writes another customer of Acme, whom sites know already.
    func addCustomer(_ id: CustomerID, _ email: String, named name: String) async throws {
        let installation = try installation()
        guard let email = EmailAddress(email), let name = EmailAddress(name) else { return }
        let customer = Customer(id: id, organization: "acme", email: email, createdAt: TimeSource.system.now)
        try await installation.engine.environment.store.write { writer in
            try writer.insert(customer)
            try writer.setPortalName(name, of: id)
        }
        await installation.close()
    }

    private static func story(at now: Timestamp) -> [AuditEvent] {
        [
            AuditEvent(.loginStarted, at: now, actor: .anonymous, reference: reference, site: "portal"),
            AuditEvent(
                .loginRouted, at: now + .milliseconds(1500), actor: .anonymous, reference: reference,
                organization: "acme", connection: "acme-staff", site: "portal", facts: ["by": "email"]),
            AuditEvent(
                .loginFailed, at: now + .seconds(2), actor: .anonymous, reference: reference, organization: "acme",
                connection: "acme-staff", site: "portal", code: "signature_invalid",
                facts: ["detail": "=no key verified the ID token"]),
            AuditEvent(
                .loginSucceeded, at: now + .seconds(9), actor: .customer, reference: reference, customer: alice,
                organization: "acme", connection: "acme-staff", site: "portal", session: session,
                facts: ["evidence": "idpVerified", "groups": "3", "groupsComplete": "complete"],
                personal: ["email": "alice@acme.example"]),
        ]
    }
}
