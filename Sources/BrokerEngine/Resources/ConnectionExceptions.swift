import Broker
import BrokerModel

/// What a change of configuration does to the dated exceptions of connections.
///
/// An exception weakens a check on purpose, so each one stands in the audit log with its name and its day.
struct ConnectionExceptions: Sendable {
    private let environment: EngineEnvironment

    init(_ environment: EngineEnvironment) { self.environment = environment }

    /// One event for each exception that was added, changed or removed.
    func changes(
        _ changes: [ResourceChange], from stored: Resources, to wanted: WantedResources, actor: AuditEvent.Actor,
        at now: Timestamp
    ) -> [AuditEvent] {
        changes.filter { $0.kind == "connection" }.flatMap { change in
            let id = ConnectionID(rawValue: change.id)
            let before = exceptions(of: stored.connections[id])
            let after = change.action == .delete ? [:] : exceptions(of: wanted.connections.first { $0.id == id })
            return Set(before.keys).union(after.keys).sorted().compactMap { name in
                Self.facts(name, before[name], after[name]).map {
                    AuditEvent(.connectionException, at: now, actor: actor, connection: id, facts: $0)
                }
            }
        }
    }

    private static func facts(_ name: String, _ old: Timestamp?, _ new: Timestamp?) -> [String: String]? {
        guard old != new else { return nil }
        var facts = ["exception": name, "change": old == nil ? "added" : new == nil ? "removed" : "changed"]
        facts["until"] = new?.rfc3339
        facts["before"] = old?.rfc3339
        return facts
    }

    /// Settings that no longer load have none: nobody signs in with them.
    private func exceptions(of connection: Connection?) -> [String: Timestamp] {
        guard let connection, let context = try? environment.providerContext(for: connection.id),
            let provider = try? environment.registry.makeProvider(
                connection.kind, id: connection.id, settings: connection.settings,
                version: connection.settingsVersion, context: context),
            let holder = provider as? any ExceptionHolder
        else { return [:] }
        return Dictionary(holder.exceptions.map { ($0.name, $0.until) }) { max($0, $1) }
    }
}
