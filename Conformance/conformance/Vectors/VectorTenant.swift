// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import Foundation
import HTTPTypes
import JOSE
import Logging
import SAML
import SAMLProvider
import Synchronization
import XMLSecurity

/// One tenant of `expected.json`: a connection that runs the module of production, with the network cut off.
struct VectorTenant: Sendable {
    let name: String
    let now: Timestamp
    let idp: String
    let acs: String
    let logout: String?
    let network = CutNetwork()
    private let sp: String
    private let certificates: [String]
    private let keys: [PrivateKeyHandle]
    private let domains: [EmailDomain]
    private let request: String

    /// Reads a tenant; its keys stand below `folder`.
    init(_ name: String, in file: JSONObject, folder: URL) throws {
        let entry = try unwrap(file.object("tenants")?.object(name), "no tenant \(name)")
        self.name = name
        now = try unwrap(SAMLTime.parse(try unwrap(file.string("now"), "no now")), "now is no time")
        idp = try unwrap(entry.string("idp_entity_id"), "no idp_entity_id")
        acs = try unwrap(entry.string("acs"), "no acs")
        logout = entry.string("slo")
        sp = try unwrap(entry.string("sp_entity_id"), "no sp_entity_id")
        domains = (entry.strings("email_domains") ?? []).compactMap { EmailDomain($0) }
        certificates = try (entry.strings("signing_certs") ?? []).map {
            try String(contentsOf: folder.appending(path: $0), encoding: .utf8)
        }
        keys = try (entry.strings("decryption_keys") ?? []).map { try Self.key(folder.appending(path: $0)) }
        // The browser of the cases is the first session.
        request = try unwrap(
            file.object("pending_requests")?.strings("session_1")?.first, "no pending request of session_1")
    }

    private static func key(_ file: URL) throws -> PrivateKeyHandle {
        let octets = try PEM.octets(String(contentsOf: file, encoding: .utf8), label: "PRIVATE KEY")
        let key = try PrivateKey(pkcs8: octets)
        return PrivateKeyHandle(
            id: file.lastPathComponent, subjectPublicKeyInfo: Data(key.subjectPublicKeyInfo), pkcs8: Data(octets))
    }

    /// The IdP's keys.
    func signingKeys() throws -> [PublicKey] { try certificates.map { try Certificate(text: $0).key } }

    // MARK: The module

    private func context() throws -> ProviderContext {
        let moment = now
        return ProviderContext(
            callbackURL: try unwrap(URL(string: acs), "the ACS is no URL"), transport: network,
            time: TimeSource { moment }, randomness: .system, keys: keys, memory: ScratchMemory(moment),
            secrets: SecretResolver { (_: SecretReference) throws(SettingsError) in
                throw SettingsError(at: [], "is not set")
            },
            logger: Logger(label: "vectors") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The connection, with the keys of the file or with this metadata instead.
    func provider(metadata: String? = nil) throws -> SAMLProvider {
        var settings = SAMLProvider.Settings(entityID: idp)
        settings.spEntityID = sp
        settings.signRequests = false
        settings.attributes.email = "email"
        if let metadata {
            settings.metadata = metadata
        } else {
            settings.ssoURL = "https://idp.example/sso"
            settings.signingCertificates = certificates
        }
        return try SAMLProvider(id: ConnectionID(rawValue: name), settings: settings, context: context())
    }

    /// Posts a message to the ACS, in the browser that the request was sent with, and runs the engine's checks.
    func login(_ message: [UInt8]) async throws -> VerifiedIdentity {
        let provider = try provider()
        let callbackURL = try unwrap(URL(string: acs), "the ACS is no URL")
        let secrets = LoginSecrets(
            state: "state-0001", nonce: "n-0001", codeVerifier: String(repeating: "v", count: 43), requestID: request)
        let step = try await provider.beginLogin(
            LoginRequest(callbackURL: callbackURL, secrets: secrets, reference: "vectors"))
        let body = "SAMLResponse=\(Browser.encoded(Base64.encode(message)))&RelayState=state-0001"
        let outcome = try await provider.completeLogin(
            LoginCallback(method: .post, rawQuery: Data(), rawBody: Data(body.utf8)),
            resuming: PendingLogin(
                sent: secrets, fresh: secrets, state: step.state, round: 1, callbackURL: callbackURL,
                requirements: .none, startedAt: now))
        guard case .identity(let identity) = outcome else { throw Unmet("the IdP said no") }
        try engineChecks(identity)
        return identity
    }

    private func engineChecks(_ identity: VerifiedIdentity) throws(LoginError) {
        let organization = Organization(id: OrganizationID(rawValue: name), name: name, domains: domains)
        let owner = identity.email.flatMap {
            Resources(organizations: [organization]).organization(owning: $0.address)
        }
        let connection = Connection(
            id: ConnectionID(rawValue: name), organization: organization.id, kind: "saml", name: name,
            settings: .object([:]))
        try IdentityCheck.run(
            IdentityCheck.all,
            on: .init(
                identity: identity, connection: connection, organization: organization, owner: owner?.id,
                requirements: .none, startedAt: now, now: now, skew: .seconds(180)))
    }
}

/// A network that is not there; whoever asks for it is counted.
final class CutNetwork: HTTPTransport {
    private let count = Mutex(0)

    /// How many requests somebody wanted to send.
    var requests: Int { count.withLock { $0 } }

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        count.withLock { $0 += 1 }
        throw TransportError(.unreachable, detail: "there is no network")
    }
}
