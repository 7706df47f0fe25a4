import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

extension AuditOptions {
    /// The filter that these options say.
    func filter(in installation: Installation) async throws -> AuditFilter {
        let now = installation.engine.environment.time.now
        var filter = AuditFilter()
        if let customer { filter.customer = try await installation.customer(customer).customer.id }
        filter.organization = organization.map { OrganizationID(rawValue: $0) }
        filter.connection = connection.map { ConnectionID(rawValue: $0) }
        if let reference {
            guard let typed = Reference(typed: reference) else {
                throw CommandFailure("\(reference) is not a reference id", .usage)
            }
            filter.reference = typed
        }
        if !kind.isEmpty { filter.kinds = Set(try kind.map(Self.kind)) }
        filter.from = from?.timestamp(at: now)
        filter.to = to?.timestamp(at: now)
        return filter
    }

    private static func kind(_ name: String) throws -> AuditKind {
        guard let kind = AuditKind(rawValue: name) else {
            throw CommandFailure("\(name) is no kind of event; see `vestibule audit catalogue`", .usage)
        }
        return kind
    }
}

extension Installation {
    private static let pageSize = 500

    /// Hands over the events of a filter in order, page by page, so that a long log needs no long memory.
    func forEachEvent(_ filter: AuditFilter, personal: Bool, _ body: (AuditEntry) -> Void) async throws {
        var filter = filter
        while true {
            let page = try await events(filter, personal: personal, limit: Self.pageSize)
            page.forEach(body)
            guard page.count == Self.pageSize, let last = page.last else { return }
            filter.after = last.record.sequence
        }
    }

    /// One page of events.
    func events(_ filter: AuditFilter, personal: Bool, limit: Int) async throws -> [AuditEntry] {
        let audit = engine.audit
        let rows = try await engine.environment.store.read { reader in
            try reader.auditRecords(filter, limit: limit).map { record in
                (record, personal ? try audit.personal(of: record, in: reader) : nil)
            }
        }
        return rows.map { AuditEntry($0.0, personal: $0.1) }
    }
}
