import Broker
package import BrokerModel
import Foundation

/// One difference between what is wanted and what is stored.
package struct ResourceChange: Sendable, Hashable {
    package enum Action: String, Sendable { case create, change, delete }
    package var action: Action
    /// `organization`, `connection` or `site`.
    package var kind: String
    package var id: String
    /// The members that differ, for `change`.
    package var members: [String]

    package init(_ action: Action, kind: String, id: String, members: [String] = []) {
        self.action = action
        self.kind = kind
        self.id = id
        self.members = members
    }
}

/// What operators want configured.
package struct WantedResources: Sendable, Hashable {
    package var organizations: [Organization]
    package var connections: [Connection]
    package var sites: [Site]

    package init(organizations: [Organization] = [], connections: [Connection] = [], sites: [Site] = []) {
        self.organizations = organizations
        self.connections = connections
        self.sites = sites
    }
}

/// Brings the store to what operators want: checks all of it first, then changes what differs in one transaction.
package struct ResourceService: Sendable {
    private let environment: EngineEnvironment
    private let sessions: SessionService
    private let keys: ConnectionKeyService
    private let facades: FacadeService
    private let audit: AuditLog

    init(
        _ environment: EngineEnvironment, sessions: SessionService, keys: ConnectionKeyService,
        facades: FacadeService, audit: AuditLog
    ) {
        self.environment = environment
        self.sessions = sessions
        self.keys = keys
        self.facades = facades
        self.audit = audit
    }

    /// Applies what is wanted and returns what changed; a second time, nothing does.
    ///
    /// - Parameters:
    ///   - prune: Whether stored resources that are not wanted are deleted.
    ///   - isDryRun: Whether to say what would change and leave it.
    /// - Throws: `SettingsError` with every problem, paths from the document's root.
    package func apply(
        _ wanted: WantedResources, prune: Bool, isDryRun: Bool, actor: AuditEvent.Actor
    ) async throws -> [ResourceChange] {
        let now = environment.time.now
        let (stored, held) = try await environment.store.read {
            (try $0.resources(), ConnectionKeys(try $0.connectionKeys(of: nil)))
        }
        let checks = ResourceChecks(registry: environment.registry, environment: environment, facades: facades)
        let problems = checks.problems(in: wanted, beside: prune ? Resources() : stored)
        guard problems.isEmpty else { throw SettingsError(problems) }
        let exceptions = ConnectionExceptions(environment)
        if isDryRun { return ResourceDiff(wanted, stored, prune: prune).changes }
        let spares = try keys.spares(for: wanted.connections) { held.keys(of: $0) }
        let (changes, ended) = try await environment.store.write { [audit, keys] writer in
            let current = try writer.resources()
            let diff = ResourceDiff(wanted, current, prune: prune)
            guard !diff.changes.isEmpty else { return (diff.changes, [Session]()) }
            try diff.write(in: writer)
            try writer.raiseResourceRevision()
            for change in diff.changes { try audit.append(event(change, actor, at: now), in: writer) }
            _ = try keys.place(spares, actor: actor, at: now, in: writer)
            for event in exceptions.changes(diff.changes, from: current, to: wanted, actor: actor, at: now) {
                try audit.append(event, in: writer)
            }
            return (diff.changes, try endClosed(diff, actor: actor, at: now, in: writer))
        }
        sessions.didEnd(ended, reason: .connectionDisabled)
        return changes
    }

    /// What is stored, in order of name.
    package func export() async throws -> WantedResources {
        let stored = try await environment.store.read { try $0.resources() }
        return WantedResources(
            organizations: stored.organizations.values.sorted { $0.id < $1.id },
            connections: stored.connections.values.sorted { $0.id < $1.id },
            sites: stored.sites.values.sorted { $0.id < $1.id })
    }

    /// Sessions of what is closed now end at once (M56).
    private func endClosed(
        _ diff: ResourceDiff, actor: AuditEvent.Actor, at now: Timestamp, in writer: any StoreWriter
    ) throws -> [Session] {
        try diff.closed.flatMap {
            try sessions.end($0, reason: .connectionDisabled, actor: actor, reference: nil, at: now, in: writer)
        }
    }

    private func event(_ change: ResourceChange, _ actor: AuditEvent.Actor, at now: Timestamp) -> AuditEvent {
        let kind: AuditKind =
            switch change.action {
            case .create: .resourceCreated
            case .change: .resourceChanged
            case .delete: .resourceDeleted
            }
        var facts = ["resource": change.kind, "id": change.id]
        if !change.members.isEmpty { facts["changed"] = change.members.joined(separator: ",") }
        return AuditEvent(
            kind, at: now, actor: actor,
            organization: change.kind == "organization" ? OrganizationID(rawValue: change.id) : nil,
            connection: change.kind == "connection" ? ConnectionID(rawValue: change.id) : nil,
            site: change.kind == "site" ? SiteID(rawValue: change.id) : nil, facts: facts)
    }
}
