package import Broker
package import BrokerModel

/// Makes, rotates and forgets the keys that connections have of their own.
///
/// Current and next are there from the start, so that the IdP knows both before a rotation and needs no visit after it.
package struct ConnectionKeyService: Sendable {
    /// How long a key decrypts after it stopped signing: an IdP may encrypt to it until it reads our metadata again.
    static let decryptsFor = Duration.seconds(30 * 86400)

    private let environment: EngineEnvironment
    private let live: LiveState
    private let audit: AuditLog

    init(_ environment: EngineEnvironment, live: LiveState, audit: AuditLog) {
        self.environment = environment
        self.live = live
        self.audit = audit
    }

    /// Every connection's keys, in the order of connections and of age.
    package func list() async throws -> [ConnectionKey] {
        try await environment.store.read { try $0.connectionKeys(of: nil) }
    }

    /// Makes the keys that are missing and forgets those whose time is over.
    package func maintain() async throws {
        let now = environment.time.now
        let connections = live.resources.connections.values.sorted { $0.id < $1.id }
        let stored = live.connectionKeys
        let spares = try spares(for: connections) { stored.keys(of: $0) }
        let over = connections.flatMap { stored.keys(of: $0.id) }.filter { $0.isOver(at: now) }
        guard !spares.isEmpty || !over.isEmpty else { return }
        try await environment.store.write { writer in
            let made = try place(spares, actor: .system, at: now, in: writer)
            let gone = try over.filter { try writer.delete(connectionKey: $0.id) }
            for key in gone { try audit.append(event(.connectionKeyRemoved, key, .system, at: now), in: writer) }
            if made || !gone.isEmpty { try writer.raiseResourceRevision() }
        }
        try await live.reload()
    }

    /// Lets the next keys of a connection sign and decrypt as the current ones, and makes new next ones.
    ///
    /// What they replace goes on decrypting for 30 days.
    ///
    /// - Throws: `ConnectionKeyError` where there is nothing to rotate, or somebody else rotated at the same time.
    package func rotate(_ id: ConnectionID, actor: AuditEvent.Actor) async throws {
        let now = environment.time.now
        let (connection, seen) = try await environment.store.read {
            (try $0.resources().connections[id], try $0.connectionKeys(of: id))
        }
        guard let connection else { throw ConnectionKeyError.unknownConnection }
        let algorithms = algorithms(of: connection)
        guard !algorithms.isEmpty else { throw ConnectionKeyError.kindHasNoKeys }
        let spares = try algorithms.map { try spare($0, id, .next, at: now) }
        try await environment.store.write { writer in
            let keys = try writer.connectionKeys(of: id)
            guard keys.map(\.id) == seen.map(\.id), try writer.resources().connections[id] != nil else {
                throw ConnectionKeyError.changedMeanwhile
            }
            for spare in spares {
                try audit.append(try rotate(keys, to: spare, actor: actor, at: now, in: writer), in: writer)
            }
            try writer.raiseResourceRevision()
        }
        try await live.reload()
    }

    private func rotate(
        _ keys: [ConnectionKey], to spare: ConnectionKey, actor: AuditEvent.Actor, at now: Timestamp,
        in writer: any StoreWriter
    ) throws -> AuditEvent {
        let mine = keys.filter { $0.algorithm == spare.algorithm }
        guard var current = mine.first(where: { $0.state == .active }),
            var next = mine.first(where: { $0.state == .next })
        else { throw ConnectionKeyError.notMadeYet }
        (current.state, current.retiredAt) = (.retired, now)
        (next.state, next.activatedAt) = (.active, now)
        guard try writer.update(current, from: .active), try writer.update(next, from: .next), try writer.place(spare)
        else { throw ConnectionKeyError.changedMeanwhile }
        return AuditEvent(
            .connectionKeysRotated, at: now, actor: actor, connection: spare.connection,
            facts: [
                "algorithm": spare.algorithm.rawValue, "retired": current.id, "current": next.id, "next": spare.id,
            ])
    }

    // MARK: Making

    /// New keys for the places that are empty.
    ///
    /// Made outside of the transaction that stores them: an RSA key takes a tenth of a second.
    func spares(
        for connections: [Connection], beside stored: (ConnectionID) -> [ConnectionKey]
    ) throws -> [ConnectionKey] {
        let now = environment.time.now
        return try connections.flatMap { connection in
            let keys = stored(connection.id)
            return try algorithms(of: connection).flatMap { algorithm in
                try [StoredKey.State.active, .next].filter { state in
                    !keys.contains { $0.algorithm == algorithm && $0.state == state }
                }.map { try spare(algorithm, connection.id, $0, at: now) }
            }
        }
    }

    /// Stores spare keys where their places still are empty and their connections are there.
    ///
    /// Another process's key that came first stays, and the spare is forgotten. Returns whether any was stored.
    func place(
        _ spares: [ConnectionKey], actor: AuditEvent.Actor, at now: Timestamp, in writer: any StoreWriter
    ) throws -> Bool {
        guard !spares.isEmpty else { return false }
        let connections = try writer.resources().connections
        var hasStored = false
        for key in spares where connections[key.connection] != nil {
            guard try writer.place(key) else { continue }
            hasStored = true
            try audit.append(event(.connectionKeyMade, key, actor, at: now), in: writer)
        }
        return hasStored
    }

    private func spare(
        _ algorithm: ConnectionKeyAlgorithm, _ id: ConnectionID, _ state: StoredKey.State, at now: Timestamp
    ) throws -> ConnectionKey {
        try .generate(algorithm, for: id, state, at: now, keyring: environment.keyring)
    }

    private func algorithms(of connection: Connection) -> [ConnectionKeyAlgorithm] {
        environment.keyAlgorithms(of: connection)
    }

    private func event(
        _ kind: AuditKind, _ key: ConnectionKey, _ actor: AuditEvent.Actor, at now: Timestamp
    ) -> AuditEvent {
        AuditEvent(
            kind, at: now, actor: actor, connection: key.connection,
            facts: ["key": key.id, "algorithm": key.algorithm.rawValue, "state": key.state.rawValue])
    }
}

/// Why a connection's keys were not rotated.
package enum ConnectionKeyError: String, Error, Sendable, CustomStringConvertible {
    /// There is no such connection.
    case unknownConnection = "unknown_connection"
    /// Its kind has no keys of its own.
    case kindHasNoKeys = "kind_has_no_keys"
    /// Its keys are not made yet.
    case notMadeYet = "not_made_yet"
    /// Somebody else changed the keys at the same time.
    case changedMeanwhile = "changed_meanwhile"

    /// The code only.
    package var description: String { rawValue }
}

extension ConnectionKey {
    fileprivate func isOver(at now: Timestamp) -> Bool {
        state == .retired && retiredAt.map { $0 + ConnectionKeyService.decryptsFor <= now } ?? false
    }
}
