import Broker
import BrokerEngine
import BrokerModel
import BrokerStorage
import Foundation
import HTTPTypes
import JOSE
import Logging
import OpenIDFacade

/// A broker on a store of its own, and one site whose JSM is an OpenID client of it.
///
/// Acme owns `acme.example`, Globex `globex.example`; each has one IdP.
final class TestInstallation: Sendable {
    static let publicURL = "https://support.example/vestibule"
    static let issuer = publicURL + "/openid/portal"
    static let callback = "https://jira.example/plugins/servlet/oidc/callback"
    static let secret = "a-long-random-secret/+%21"
    static let portal = FacadeAddress(site: "portal", kind: OpenIDFacade.kind)

    let clock = TestClock()
    let site = SiteServer()
    let store: WeakStore
    let engine: Engine
    private let folder: URL

    /// - Parameters:
    ///   - settings: The facade's settings, changed from `standard`.
    ///   - starts: Whether the engine runs; where settings are only judged it need not.
    init(
        starts: Bool = true, _ settings: (inout [String: SettingsValue]) -> Void = { _ in },
        site change: (inout Site) -> Void = { _ in },
        otherSites: [Site] = []
    ) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "vestibule-openid-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let path = folder.appending(path: "store.sqlite").path(percentEncoded: false)
        store = WeakStore(try SQLiteStore(path: path, logger: logger, time: clock.source))
        let site = site
        engine = Engine(
            EngineEnvironment(
                store: store, time: clock.source, randomness: .system,
                registry: try ProviderRegistry([ObedientProvider.self]), facades: try FacadeRegistry([.openID]),
                keyring: SealingKeys(current: try KeyEncryptionKey(bytes: Digests.sha256("test"))),
                transport: { _ in site }, siteTransport: { _ in site },
                secrets: SecretResolver { reference throws(SettingsError) in
                    guard reference.description == "env:JIRA_SECRET" else {
                        throw SettingsError(at: [], "there is no such secret")
                    }
                    return Secret(Self.secret)
                },
                probe: CredulousProbe(), logger: logger, settings: EngineSettings(publicURL: Self.publicURL)))
        guard starts else { return }
        try await engine.start()
        try await apply(settings, site: change, otherSites: otherSites)
        try await engine.keys.maintain()
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    // MARK: Resources

    static var standard: [String: SettingsValue] {
        [
            "clientID": .string("jira"), "clientSecret": .string("env:JIRA_SECRET"),
            "redirectURIs": .array([.string(callback)]),
            "postLogoutRedirectURIs": .array([.string("https://jira.example/bye")]),
        ]
    }

    func apply(
        _ settings: (inout [String: SettingsValue]) -> Void = { _ in }, site change: (inout Site) -> Void = { _ in },
        otherSites: [Site] = []
    ) async throws {
        var values = Self.standard
        settings(&values)
        var site = Site(
            id: "portal", kind: .dataCenter, origin: "https://jira.example",
            facades: [SiteFacade(kind: OpenIDFacade.kind, settings: .object(values))])
        change(&site)
        let wanted = WantedResources(
            organizations: [
                Organization(id: "acme", name: "Acme", domains: [Self.domain("acme.example")]),
                Organization(id: "globex", name: "Globex", domains: [Self.domain("globex.example")]),
            ],
            connections: [connection("acme-idp", of: "acme"), connection("globex-idp", of: "globex")],
            sites: [site] + otherSites)
        _ = try await engine.resources.apply(wanted, prune: false, isDryRun: false, actor: .administrator("root"))
        try await engine.live.reload()
    }

    private func connection(_ id: ConnectionID, of organization: OrganizationID) -> Connection {
        var connection = Connection(
            id: id, organization: organization, kind: ObedientProvider.kind, name: "Sign-in \(id)",
            settings: .object([:]))
        connection.mapping = AttributeMapping([AttributeRule(attribute: "department", claim: "dept")])
        return connection
    }

    private static func domain(_ text: String) -> EmailDomain {
        guard let domain = EmailDomain(text) else { preconditionFailure("\(text) is no domain") }
        return domain
    }

    // MARK: Asking the facade

    func send(
        _ route: String, query: [(String, String)] = [], at address: FacadeAddress = portal,
        handle: Secret<String>? = nil, authorization: String? = nil
    ) async throws -> FacadeResponse {
        let request = FacadeRequest(
            method: .get, route: route, query: Self.encoded(query), authorization: authorization.map { Secret($0) },
            handle: handle)
        return try await answer(request, at: address)
    }

    func post(
        _ route: String, form: [(String, String)], query: [(String, String)] = [], at address: FacadeAddress = portal,
        authorization: String? = nil
    ) async throws -> FacadeResponse {
        let request = FacadeRequest(
            method: .post, route: route, query: Self.encoded(query), body: Data(Self.encoded(form).utf8),
            contentType: "application/x-www-form-urlencoded", authorization: authorization.map { Secret($0) })
        return try await answer(request, at: address)
    }

    func answer(_ request: FacadeRequest, at address: FacadeAddress = portal) async throws -> FacadeResponse {
        guard let response = try await engine.facades.respond(to: request, at: address) else {
            throw Unexpected("a route \(request.route)")
        }
        return response
    }

    static func encoded(_ parameters: [(String, String)]) -> String {
        parameters.map { "\(escaped($0))=\(escaped($1))" }.joined(separator: "&")
    }

    static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// The code of the refusal that ends some work.
    func refusal(_ work: () async throws -> some Any) async throws -> FacadeError.Code {
        do { _ = try await work() } catch let failure as FacadeFailure { return failure.code }
        throw Unexpected("a refusal")
    }

    /// The codes of recorded refusals, in order.
    func refusals() async throws -> [String] {
        try await store.read { reader in
            try reader.auditRecords(AuditFilter(kinds: [.facadeRefused]), limit: 1000).compactMap { record in
                (try? JSONObject.parse(Array(record.body.utf8)))?.string("code")
            }
        }
    }
}
