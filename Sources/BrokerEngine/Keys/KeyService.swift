import Broker
package import BrokerModel
import Foundation
import JOSE

/// Moves signing keys through their life: next, active, retired, gone.
///
/// A key is in the JWKS before it signs, so that fronts which cache the set never see a token they cannot check, and
/// signs only after the witness has verified a probe token made with it.
package struct KeyService: Sendable {
    private let environment: EngineEnvironment
    private let live: LiveState
    private let audit: AuditLog

    init(_ environment: EngineEnvironment, live: LiveState, audit: AuditLog) {
        self.environment = environment
        self.live = live
        self.audit = audit
    }

    /// Does what is due for every use.
    ///
    /// A key that cannot be made keeps none of the others from being looked after.
    package func maintain() async throws {
        var failure: (any Error)?
        for use in try await usesInUse() {
            do { try await run(use, request: .routine, actor: .system) } catch { failure = failure ?? error }
        }
        try await live.reload()
        if let failure { throw failure }
    }

    /// A facade's key is made once a site has such a facade: it costs a while, and most installations need one kind.
    private func usesInUse() async throws -> [StoredKey.Use] {
        let sites = try await environment.store.read { try $0.resources() }.sites.values
        return StoredKey.Use.allCases.filter { use in
            use.facade.map { kind in sites.contains { $0.facade(kind) != nil } } ?? true
        }
    }

    /// Rotates the keys of a use.
    ///
    /// `emergency` replaces the signing key at once and drops every other one, which ends all tokens that they signed.
    package func rotate(_ use: StoredKey.Use, emergency: Bool, actor: AuditEvent.Actor) async throws {
        try await run(use, request: emergency ? .emergency : .rotate, actor: actor)
        try await live.reload()
    }

    /// The ids of stored keys that the present key-encryption keys do not open.
    package func unreadable() async throws -> [String] {
        let (keys, ofConnections) = try await environment.store.read { reader in
            (try StoredKey.Use.allCases.flatMap { try reader.keys($0) }, try reader.connectionKeys(of: nil))
        }
        // A connection's key that is damaged concerns that connection only.
        return keys.filter { (try? $0.open(with: environment.keyring)) == nil }.map(\.id)
            + ofConnections.filter { $0.isSealedByAnother(than: environment.keyring) }.map(\.id)
    }

    /// Every key of a use, oldest first.
    package func list(_ use: StoredKey.Use) async throws -> [StoredKey] {
        try await environment.store.read { try $0.keys(use) }
    }

    /// The public half of the keys of a use, as PEM with their ids, for fronts that read no JWKS.
    package func publicPEM(_ use: StoredKey.Use) async throws -> [(id: String, state: StoredKey.State, pem: String)] {
        try await list(use).map { ($0.id, $0.state, try $0.open(with: environment.keyring).publicKey.spkiPEM) }
    }

    private func policy(_ use: StoredKey.Use) -> KeyPolicy {
        var policy = KeyPolicy()
        switch use {
        case .session: policy.algorithm = environment.settings.tokenAlgorithm
        case .identity, .audit: policy.algorithm = .es256
        // What Jira's OpenID client and every SAML SP take.
        case .openid, .saml: policy.algorithm = .rs256
        }
        policy.publishBefore = environment.settings.keyPublishBefore.wholeMicroseconds
        policy.activeFor = environment.settings.keyActiveFor.wholeMicroseconds
        policy.tokenLifetime = environment.settings.tokenLifetime.wholeMicroseconds
        policy.skew = environment.settings.clockSkew.wholeMicroseconds
        // Audit keys verify the whole past, and an operator carries a SAML certificate to the SP by hand: one stays until an
        // operator rotates it.
        if use == .audit || use == .saml { policy.activeFor = .max }
        return policy
    }

    private func run(_ use: StoredKey.Use, request: KeyRequest, actor: AuditEvent.Actor) async throws {
        let policy = policy(use)
        let now = environment.time.now
        let records = try await list(use).map { $0.record(policy) }
        let actions = KeyLifecycle.plan(records: records, now: now.microseconds, policy: policy, request: request)
        guard !actions.isEmpty else { return }
        let spare = try makeKey(use, algorithm: policy.algorithm)
        try await environment.store.write { writer in
            // Planned again inside: another process may have done it since. A key leaves its place before the next takes it.
            let stored = try writer.keys(use)
            let due = KeyLifecycle.plan(
                records: stored.map { $0.record(policy) }, now: now.microseconds, policy: policy, request: request)
            for action in due.filter(\.vacates) + due.filter({ !$0.vacates }) {
                let events = try apply(action, use, spare: spare, stored: stored, at: now, in: writer)
                for (kind, id) in events {
                    try audit.append(
                        AuditEvent(kind, at: now, actor: actor, facts: ["key": id, "use": use.rawValue]), in: writer)
                }
            }
        }
    }

    private func apply(
        _ action: KeyAction, _ use: StoredKey.Use, spare: (key: SigningKey, stored: StoredKey), stored: [StoredKey],
        at now: Timestamp, in writer: any StoreWriter
    ) throws -> [(AuditKind, String)] {
        switch action {
        case .createNext:
            var key = spare.stored
            key.publishedAt = now
            try writer.insert(key)
            return [(.keyPublished, key.id)]
        case .createActive:
            try probe(spare.key)
            var key = spare.stored
            key.state = .active
            (key.publishedAt, key.activatedAt) = (now, now)
            try writer.insert(key)
            return [(.keyPublished, key.id), (.keyActivated, key.id)]
        case .activate(let id):
            guard var key = stored.first(where: { $0.id == id }) else { return [] }
            try probe(try key.open(with: environment.keyring))
            let before = key.state
            (key.state, key.activatedAt) = (.active, now)
            return try writer.update(key, from: before) ? [(.keyActivated, id)] : []
        case .retire(let id):
            return try retire(id, stored: stored, at: now, in: writer)
        case .drop(let id):
            // What an audit key signed must stay verifiable.
            guard use != .audit else { return try retire(id, stored: stored, at: now, in: writer) }
            try writer.delete(key: id)
            return [(.keyRemoved, id)]
        }
    }

    private func retire(
        _ id: String, stored: [StoredKey], at now: Timestamp, in writer: any StoreWriter
    ) throws -> [(AuditKind, String)] {
        guard var key = stored.first(where: { $0.id == id }), key.state != .retired else { return [] }
        let before = key.state
        (key.state, key.retiredAt) = (.retired, now)
        return try writer.update(key, from: before) ? [(.keyRetired, id)] : []
    }

    private func makeKey(
        _ use: StoredKey.Use, algorithm: JWAlgorithm
    ) throws -> (key: SigningKey, stored: StoredKey) {
        let key = try SigningKey.generate(algorithm)
        var stored = StoredKey(
            id: key.kid, use: use, algorithm: algorithm.rawValue, state: .next, sealedPrivateKey: Data(),
            publicJWK: key.publicKey.publicJWK.text, publishedAt: environment.time.now)
        stored.sealedPrivateKey = Data(
            try environment.keyring.seal(key.pkcs8DER, purpose: "signing-key", associatedData: stored.sealedTo))
        return (key, stored)
    }

    /// A new key signs for real only after another implementation has verified its probe.
    private func probe(_ key: SigningKey) throws {
        let claims: JSONObject = ["iss": "vestibule-probe", "token_use": "probe"]
        let token = try key.issue(claims: claims, typ: "JWT")
        guard
            environment.probe.accepts(
                token: token, publicKeyPEM: key.publicKey.spkiPEM, algorithm: key.algorithm.rawValue)
        else { throw KeyProbeFailure(keyID: key.kid) }
    }
}

/// The witness did not verify a new key's probe token; the key does not sign.
package struct KeyProbeFailure: Error, Sendable, CustomStringConvertible {
    package let keyID: String
    package var description: String { "key_probe_failed" }
}

extension StoredKey {
    fileprivate func record(_ policy: KeyPolicy) -> SigningKeyRecord {
        SigningKeyRecord(
            kid: id, algorithm: JWAlgorithm(rawValue: algorithm) ?? .es256,
            state: KeyState(rawValue: state.rawValue) ?? .retired, publishedAt: publishedAt.microseconds,
            activatedAt: activatedAt?.microseconds,
            deleteAfter: use == .audit ? nil : retiredAt.map { $0.microseconds + policy.retention })
    }
}

extension KeyAction {
    /// Whether the step frees a place that another step of the same plan may need.
    fileprivate var vacates: Bool {
        switch self {
        case .retire, .drop: true
        case .createNext, .createActive, .activate: false
        }
    }
}
