import Broker
import BrokerModel
import Foundation

/// A moment that samples are built around.
let noon = Timestamp(seconds: 1_800_000_000)

/// Thirty-two equal octets, in place of a hash.
func hash(_ seed: UInt8) -> Data { Data(repeating: seed, count: 32) }

/// An address that is written in a rule.
func address(_ text: String) throws -> EmailAddress {
    guard let address = EmailAddress(text) else { throw StoreRuleFailure(description: "no address: \(text)") }
    return address
}

/// A domain that is written in a rule.
func domain(_ text: String) throws -> EmailDomain {
    guard let domain = EmailDomain(text) else { throw StoreRuleFailure(description: "no domain: \(text)") }
    return domain
}

/// A login at the IdP in its first round.
func sampleLogin(_ seed: UInt8 = 1, expiresAt: Timestamp = noon + .seconds(600)) -> LoginTransaction {
    LoginTransaction(
        reference: Reference(rawValue: "reference-\(seed)"), phase: .awaiting, site: "portal",
        returnTarget: "/servicedesk?a=1&b='2'", bindingHash: hash(seed &+ 100), handleHash: hash(seed &+ 50),
        createdAt: noon, expiresAt: expiresAt, connection: "acme-oidc", connectionRevision: 7, round: 1,
        stateHash: hash(seed), roundStartedAt: noon + .seconds(1), sealed: Data([0, 1, 255]),
        requirements: AuthenticationRequirements(isFresh: true, maximumAge: .seconds(60), acrValues: ["urn:mfa"]))
}

/// A customer of Acme.
func sampleCustomer(_ id: CustomerID = "c_1", email: String? = "ada@acme.example") throws -> Customer {
    Customer(
        id: id, organization: "acme", email: try email.map(address), displayName: "Ada Lovelace",
        groups: GroupSet(["staff", "admins"], completeness: .complete), attributes: ["department": ["R&D", "Ops"]],
        createdAt: noon, lastLoginAt: noon + .microseconds(1))
}

/// An identity at Acme's IdP.
func sampleSubject(_ subject: String = "sub-1", tenant: String? = nil) -> SubjectKey {
    SubjectKey(connection: "acme-oidc", issuer: "https://idp.example", tenant: tenant, subject: subject)
}

/// The tie of an identity to a customer.
func sampleLink(_ subject: SubjectKey = sampleSubject(), customer: CustomerID = "c_1") -> IdentityLink {
    IdentityLink(
        subject: subject, customer: customer, evidence: .tenantOwnsDomain, createdAt: noon, lastSeenAt: noon)
}

/// A live session with an hour of idleness and a day in all.
func sampleSession(
    _ id: SessionID = "s_1", customer: CustomerID = "c_1", subject: SubjectKey = sampleSubject(),
    createdAt: Timestamp = noon
) -> Session {
    Session(
        id: id, customer: customer, subject: subject, organization: "acme", site: "portal", createdAt: createdAt,
        lastSeenAt: createdAt, idleDeadline: createdAt + .seconds(3600), absoluteDeadline: createdAt + .seconds(86400),
        authentication: AuthenticationContext(acr: "urn:mfa", amr: ["pwd", "otp"], authTime: createdAt),
        upstreamSessionID: "upstream-\(id)", upstreamPrincipal: "principal-\(customer)",
        upstreamHandle: Data([9, 0, 9]))
}

/// A signing key.
func sampleKey(
    _ id: String, _ state: StoredKey.State, use: StoredKey.Use = .session, publishedAt: Timestamp = noon
) -> StoredKey {
    StoredKey(
        id: id, use: use, algorithm: "ES256", state: state, sealedPrivateKey: Data([1, 2, 3]), publicJWK: "{}",
        publishedAt: publishedAt)
}

/// A connection's key.
func sampleConnectionKey(
    _ id: String, _ state: StoredKey.State, of connection: ConnectionID = "acme-saml", madeAt: Timestamp = noon
) -> ConnectionKey {
    ConnectionKey(
        id: id, connection: connection, algorithm: .rsa2048, state: state, sealedPrivateKey: Data([1, 2, 3]),
        publicKey: Data([4, 5]), madeAt: madeAt, activatedAt: state == .active ? noon : nil)
}

/// The OpenID facade of the portal.
let sampleFacade = FacadeAddress(site: "portal", kind: "openid")

/// A grant of the portal's OpenID facade.
func sampleGrant(
    _ seed: UInt8 = 1, _ kind: FacadeGrant.Kind = .code, session: SessionID? = "s_1", parent: Data? = nil,
    facade: FacadeAddress = sampleFacade, expiresAt: Timestamp = noon + .seconds(60)
) -> FacadeGrant {
    FacadeGrant(
        hash: hash(seed), kind: kind, facade: facade, session: session, parent: parent, sealed: Data([0, seed, 255]),
        createdAt: noon, expiresAt: expiresAt)
}

/// That the portal was told of a session.
func sampleFacadeSession(
    _ key: String = "key-1", session: SessionID = "s_1", facade: FacadeAddress = sampleFacade,
    createdAt: Timestamp = noon
) -> FacadeSession {
    FacadeSession(
        facade: facade, key: key, session: session, customer: "c_1", name: "ada@acme.example", createdAt: createdAt)
}

/// An entry of the outbox.
func sampleEntry(
    _ id: String, lane: String = "portal", dueAt: Timestamp = noon, createdAt: Timestamp = noon
) -> OutboxEntry {
    OutboxEntry(
        id: id, topic: .facadeSessionEnded, lane: lane, body: Data("{}".utf8), dueAt: dueAt, createdAt: createdAt)
}

/// A record of the chain.
func sampleRecord(_ sequence: Int64, kind: AuditKind = .loginStarted) -> AuditRecord {
    AuditRecord(
        sequence: sequence, at: noon + .seconds(sequence), kind: kind, body: #"{"a":1}"#, previousHash: hash(0),
        hash: hash(UInt8(truncatingIfNeeded: sequence)), reference: nil, customer: nil, organization: nil,
        connection: nil)
}

/// What a rule throws inside a body.
struct Refusal: Error, Equatable {}
