package import Broker
package import BrokerModel
import Logging

/// Why a replacement cannot be.
package enum ReplacementError: Error, Sendable, Hashable {
    case unknownConnection(ConnectionID)
    case sameConnection
    case otherOrganization
    /// A guest's identities never link.
    case guest(ConnectionID)
    /// The old connection is being replaced by another, or one of the two is in another replacement.
    case running(ConnectionReplacement)
    case notRunning
}

/// Moves an organization's people from one connection to another without second accounts.
///
/// While it runs the new connection is enabled and nobody is sent to the old one; when it ends the old one is disabled.
package struct ReplacementService: Sendable {
    let environment: EngineEnvironment
    private let live: LiveState
    private let resources: ResourceService
    private let audit: AuditLog

    init(_ environment: EngineEnvironment, live: LiveState, resources: ResourceService, audit: AuditLog) {
        (self.environment, self.live, self.resources, self.audit) = (environment, live, resources, audit)
    }

    /// The replacements that run.
    package func list() async throws -> [ConnectionReplacement] {
        try await environment.store.read { try $0.replacements() }
    }

    /// Allows a replacement until a moment, or moves the end of one that runs.
    package func start(
        _ old: ConnectionID, by new: ConnectionID, until end: Timestamp, actor: AuditEvent.Actor
    ) async throws {
        var (_, connection) = try await pair(old, new)
        if !connection.isEnabled {
            connection.isEnabled = true
            _ = try await resources.apply(
                WantedResources(connections: [connection]), prune: false, isDryRun: false, actor: actor)
        }
        let (now, organization) = (environment.time.now, connection.organization)
        try await environment.store.write { [audit] writer in
            let present = try writer.replacements().first { $0.old == old }
            let rule = ConnectionReplacement(
                old: old, new: new, organization: organization, startedAt: present?.startedAt ?? now, endsAt: end)
            try writer.put(rule)
            try writer.raiseResourceRevision()
            try audit.append(event(.replacementStarted, rule, actor, at: now), in: writer)
        }
        try await live.reload()
    }

    /// Ends a replacement: the old connection is disabled, with the sessions that it opened.
    package func finish(_ old: ConnectionID, actor: AuditEvent.Actor) async throws {
        let stored = try await environment.store.read { (try $0.resources(), try $0.replacements()) }
        guard let rule = stored.1.first(where: { $0.old == old }) else { throw ReplacementError.notRunning }
        if var connection = stored.0.connections[old], connection.isEnabled {
            connection.isEnabled = false
            _ = try await resources.apply(
                WantedResources(connections: [connection]), prune: false, isDryRun: false, actor: actor)
        }
        let now = environment.time.now
        try await environment.store.write { [audit] writer in
            guard try writer.delete(replacementOf: old) else { return }
            try writer.raiseResourceRevision()
            try audit.append(event(.replacementEnded, rule, actor, at: now), in: writer)
        }
        try await live.reload()
    }

    /// Ends what is over.
    func maintain() async {
        let now = environment.time.now
        for rule in live.resources.replacements where rule.endsAt <= now {
            do {
                try await finish(rule.old, actor: .system)
            } catch ReplacementError.notRunning {
            } catch {
                environment.logger.error(
                    "a replacement is over and its old connection could not be disabled",
                    metadata: ["connection": "\(rule.old)", "cause": "\(error)"])
            }
        }
    }

    /// The two connections, where one may take the other's place.
    func pair(_ old: ConnectionID, _ new: ConnectionID) async throws -> (old: Connection, new: Connection) {
        let stored = try await environment.store.read { try $0.resources() }
        guard old != new else { throw ReplacementError.sameConnection }
        guard let left = stored.connections[old] else { throw ReplacementError.unknownConnection(old) }
        guard let right = stored.connections[new] else { throw ReplacementError.unknownConnection(new) }
        guard left.organization == right.organization else { throw ReplacementError.otherOrganization }
        for guest in [left, right] where guest.isGuest { throw ReplacementError.guest(guest.id) }
        let others = stored.replacements.filter { $0.old != old || $0.new != new }
        if let other = others.first(where: { !Set([$0.old, $0.new]).isDisjoint(with: [old, new]) }) {
            throw ReplacementError.running(other)
        }
        return (left, right)
    }

    private func event(
        _ kind: AuditKind, _ rule: ConnectionReplacement, _ actor: AuditEvent.Actor, at now: Timestamp
    ) -> AuditEvent {
        AuditEvent(
            kind, at: now, actor: actor, organization: rule.organization, connection: rule.new,
            facts: ["from": rule.old.rawValue, "until": rule.endsAt.rfc3339])
    }
}
