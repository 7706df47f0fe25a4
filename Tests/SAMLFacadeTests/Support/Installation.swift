import Broker
import BrokerEngine
import BrokerModel
import BrokerStorage
import Foundation
import JOSE
import Logging
import SAML
import Testing
import XMLSecurity

@testable import SAMLFacade

/// A broker with one site whose JSM is a SAML SP, on a store in a folder of its own.
///
/// Acme owns `acme.example`, Globex owns `globex.example`; each has one connection of the kind `echo`.
final class Installation: Sendable {
    let clock = TestClock()
    let engine: Engine
    let portal: Portal
    let path: String
    private let folder: URL
    private let keyring: SealingKeys

    static let issuer = "https://support.example/vestibule"
    static let address = FacadeAddress(site: "portal", kind: "saml")
    static let root = "\(issuer)/saml/portal"

    init(_ change: (inout Portal) throws -> Void = { _ in }) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "vestibule-saml-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "store.sqlite").path(percentEncoded: false)
        keyring = SealingKeys(current: try KeyEncryptionKey(bytes: Randomness.system.bytes(32)))
        var portal = try Portal()
        try change(&portal)
        self.portal = portal
        engine = try Self.engine(path: path, clock: clock, keyring: keyring)
        try await engine.start()
        try await apply(portal)
        // A facade's key is made once a site has such a facade.
        try await engine.keys.maintain()
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Another process on the same file.
    func otherEngine() async throws -> Engine {
        let engine = try Self.engine(path: path, clock: clock, keyring: keyring)
        try await engine.start()
        return engine
    }

    private static func engine(path: String, clock: TestClock, keyring: SealingKeys) throws -> Engine {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return Engine(
            EngineEnvironment(
                store: try SQLiteStore(path: path, logger: logger, time: clock.source), time: clock.source,
                randomness: .system, registry: try ProviderRegistry([EchoProvider.self]),
                facades: try FacadeRegistry([.saml]), keyring: keyring, transport: { _ in NoTransport() },
                siteTransport: { _ in NoTransport() },
                secrets: SecretResolver { _ throws(SettingsError) in throw SettingsError(at: [], "no secrets here") },
                probe: Believer(), logger: logger, settings: EngineSettings(publicURL: issuer)))
    }

    /// Configures the site as its JSM needs it.
    func apply(_ portal: Portal) async throws {
        let organization = { (id: OrganizationID, domain: String) in
            Organization(id: id, name: id.rawValue, domains: [try #require(EmailDomain(domain))])
        }
        let connection = { (id: ConnectionID, of: OrganizationID) in
            Connection(id: id, organization: of, kind: "echo", name: "Sign-in", settings: .object([:]))
        }
        let wanted = WantedResources(
            organizations: [try organization("acme", "acme.example"), try organization("globex", "globex.example")],
            connections: [connection("acme-idp", "acme"), connection("globex-idp", "globex")],
            sites: [
                Site(
                    id: "portal", kind: .cloud, origin: "https://support.example", organizations: portal.admits,
                    facades: [SiteFacade(kind: "saml", settings: portal.settings)])
            ])
        _ = try await engine.resources.apply(wanted, prune: false, isDryRun: false, actor: .administrator("root"))
        try await engine.live.reload()
    }

    // MARK: Browsers

    /// A whole login; returns the browser's new session handle.
    @discardableResult
    func signIn(
        _ email: String = "ann@acme.example", name: String? = "Ann Other", acr: String? = nil, groups: String? = nil,
        ahead: Int = 0, after signIn: FacadeSignIn? = nil
    ) async throws -> SignedIn {
        let login =
            if let signIn {
                try await engine.login.start(signIn, for: Self.address, locales: [], priorHandle: nil)
            } else {
                try await engine.login.start(LoginStart(site: "portal", returnTarget: "/"))
            }
        let binding: @Sendable (Reference) -> String? = { $0 == login.reference ? login.binding.reveal() : nil }
        let turn = try await engine.login.identify(email, LoginVisit(handle: login.handle, binding: binding))
        guard case .step(_, let connection, let state) = turn else { throw Unexpected("a step, got \(turn)") }
        let said = [
            ("email", email), ("name", name), ("acr", acr), ("groups", groups), ("ahead", "\(ahead)"),
            ("state", state.reveal()),
        ]
        let query = said.compactMap { key, value in value.map { "\(key)=\(Form.escaped($0))" } }
        let arrival = LoginReturn(
            connection: connection,
            callback: try LoginCallback(method: .get, rawQuery: Data(query.joined(separator: "&").utf8)),
            binding: binding)
        guard case .signedIn(let signedIn) = try await engine.login.complete(arrival) else {
            throw Unexpected("a session")
        }
        return signedIn
    }

    /// Sends a request to the facade.
    func send(_ request: FacadeRequest, of signedIn: SignedIn? = nil) async throws -> FacadeResponse {
        var request = request
        if let signedIn { request.handle = signedIn.credentials.handle }
        guard let response = try await engine.facades.respond(to: request, at: Self.address) else {
            throw Unexpected("a route")
        }
        return response
    }

    /// Why a request is refused with a page of ours: the code, and the rule where there is one.
    func refusal(_ request: FacadeRequest, of signedIn: SignedIn? = nil) async throws -> Refusal? {
        do {
            _ = try await send(request, of: signedIn)
            return nil
        } catch let failure as FacadeFailure {
            return Refusal(failure.code, try await lastRule())
        }
    }

    /// The rule of the last refusal in the audit log.
    func lastRule() async throws -> String? {
        let last = try await records(.facadeRefused).max { $0.sequence < $1.sequence }
        let body = try JSONDecoder().decode(SettingsValue.self, from: Data(#require(last).body.utf8))
        return body["facts"]?["rule"]?.text
    }

    func records(_ kinds: AuditKind...) async throws -> [AuditRecord] {
        try await engine.environment.store.read {
            try $0.auditRecords(AuditFilter(kinds: Set(kinds)), limit: 1000)
        }
    }
}

/// A page of ours.
struct Refusal: Hashable, CustomStringConvertible {
    let code: FacadeError.Code
    let rule: String?

    init(_ code: FacadeError.Code, _ rule: String? = nil) { (self.code, self.rule) = (code, rule) }

    var description: String { "\(code) \(rule ?? "-")" }
}

/// `application/x-www-form-urlencoded`.
enum Form {
    static func escaped(_ text: String) -> String {
        text.utf8.map { octet in
            let scalar = Unicode.Scalar(octet)
            return octet < 0x80 && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                ? String(scalar) : "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: true)
        }.joined()
    }

    static func body(_ fields: [FormParameter]) -> Data {
        Data(fields.map { "\($0.name)=\(escaped($0.value))" }.joined(separator: "&").utf8)
    }
}
