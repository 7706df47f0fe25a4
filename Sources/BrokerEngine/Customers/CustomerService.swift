package import Broker
package import BrokerModel
import Foundation

/// What operators do with customers.
///
/// Every change is audited and ends the sessions that it must.
package struct CustomerService: Sendable {
    private let environment: EngineEnvironment
    private let sessions: SessionService
    private let audit: AuditLog

    init(_ environment: EngineEnvironment, sessions: SessionService, audit: AuditLog) {
        self.environment = environment
        self.sessions = sessions
        self.audit = audit
    }

    /// Everything about one customer.
    package struct Record: Sendable {
        package var customer: Customer
        package var links: [IdentityLink]
        package var sessions: [Session]
        /// The name under which sites' JSM know the customer, once one was told.
        package var portalName: EmailAddress?
        /// The sites that were told of the sessions.
        package var told: [FacadeSession]
    }

    /// Customers, at most `limit`, after one.
    package func list(
        organization: OrganizationID? = nil, matching text: String? = nil, after: CustomerID? = nil, limit: Int
    ) async throws -> [Customer] {
        try await environment.store.read {
            try $0.customers(organization: organization, matching: text, after: after, limit: limit)
        }
    }

    /// A customer by id or by e-mail.
    package func find(_ text: String) async throws -> Record? {
        let now = environment.time.now
        return try await environment.store.read { reader in
            let byAddress = try EmailAddress(typed: text).flatMap { try reader.customer(holding: $0) }
            guard let customer = try byAddress ?? reader.customer(CustomerID(rawValue: text)) else { return nil }
            let sessions = try reader.liveSessions(.customer(customer.id), at: now, limit: 100)
            return Record(
                customer: customer, links: try reader.links(of: customer.id), sessions: sessions,
                portalName: try reader.portalName(of: customer.id),
                told: try sessions.flatMap { try reader.facadeSessions(of: $0.id) })
        }
    }

    /// Ties an identity to a customer by hand.
    package func link(_ subject: SubjectKey, to customer: CustomerID, actor: AuditEvent.Actor) async throws {
        let now = environment.time.now
        try await environment.store.write { [audit] writer in
            guard let found = try writer.customer(customer), found.status != .erased else {
                throw CustomerError.notFound
            }
            guard try writer.link(subject) == nil else { throw CustomerError.linkedAlready }
            try writer.insert(
                IdentityLink(subject: subject, customer: customer, evidence: .none, createdAt: now, lastSeenAt: now))
            try audit.append(
                AuditEvent(
                    .customerLinked, at: now, actor: actor, customer: customer, organization: found.organization,
                    connection: subject.connection, personal: ["subject": subject.subject]), in: writer)
        }
    }

    /// Removes an identity's tie.
    ///
    /// Sessions that it opened end.
    package func unlink(_ subject: SubjectKey, actor: AuditEvent.Actor) async throws {
        let now = environment.time.now
        let ended = try await environment.store.write { [audit, sessions] writer in
            guard let link = try writer.link(subject), try writer.delete(link: subject) else {
                throw CustomerError.notFound
            }
            try audit.append(
                AuditEvent(
                    .customerUnlinked, at: now, actor: actor, customer: link.customer,
                    connection: subject.connection, personal: ["subject": subject.subject]), in: writer)
            return try sessions.end(
                .subject(subject), reason: .revoked, actor: actor, reference: nil, at: now, in: writer)
        }
        sessions.didEnd(ended, reason: .revoked)
    }

    /// Disables a customer and ends their sessions, or enables one again.
    package func setStatus(_ status: Customer.Status, of id: CustomerID, actor: AuditEvent.Actor) async throws {
        // Erasing is more than a word in a column.
        guard status != .erased else { return try await erase(id, actor: actor) }
        let now = environment.time.now
        let ended = try await environment.store.write { [audit, sessions] writer in
            guard var customer = try writer.customer(id), customer.status != .erased else {
                throw CustomerError.notFound
            }
            guard customer.status != status else { return [Session]() }
            customer.status = status
            try writer.update(customer)
            try audit.append(
                AuditEvent(
                    status == .active ? .customerEnabled : .customerDisabled, at: now, actor: actor, customer: id,
                    organization: customer.organization), in: writer)
            guard status != .active else { return [] }
            return try sessions.end(
                .customer(id), reason: .customerDisabled, actor: actor, reference: nil, at: now, in: writer)
        }
        sessions.didEnd(ended, reason: .customerDisabled)
    }

    /// Erases a customer: personal data, identities and sessions go, the key of their audit data is destroyed, and the
    /// pseudonym stays so that the log can still be read.
    package func erase(_ id: CustomerID, actor: AuditEvent.Actor) async throws {
        let now = environment.time.now
        let ended = try await environment.store.write { [audit, sessions] writer in
            guard let customer = try writer.customer(id), customer.status != .erased else {
                throw CustomerError.notFound
            }
            let ended = try sessions.end(
                .customer(id), reason: .customerDisabled, actor: actor, reference: nil, at: now, in: writer)
            for link in try writer.links(of: id) { _ = try writer.delete(link: link.subject) }
            try writer.update(
                Customer(
                    id: id, organization: customer.organization, status: .erased, email: nil,
                    createdAt: customer.createdAt, lastLoginAt: customer.lastLoginAt))
            try audit.append(
                AuditEvent(
                    .customerErased, at: now, actor: actor, customer: id, organization: customer.organization),
                in: writer)
            try writer.deletePortalName(of: id)
            try writer.deletePersonalKey(id.rawValue)
            return ended
        }
        sessions.didEnd(ended, reason: .customerDisabled)
    }

    /// Changes the name under which sites' JSM know a customer: to JSM another name is another person, so nothing but an
    /// operator ever does.
    ///
    /// - Returns: The name before.
    /// - Throws: `customer_not_found`; `name_not_owned` where the customer's organization does not own the address;
    ///   `name_taken` where somebody else has it.
    package func rename(
        _ id: CustomerID, to name: EmailAddress, actor: AuditEvent.Actor
    ) async throws -> EmailAddress? {
        let now = environment.time.now
        return try await environment.store.write { [audit] writer in
            guard let customer = try writer.customer(id), customer.status != .erased else {
                throw CustomerError.notFound
            }
            guard try writer.resources().organization(owning: name)?.id == customer.organization else {
                throw CustomerError.nameNotOwned
            }
            let before = try writer.portalName(of: id)
            guard before != name else { return before }
            do {
                try writer.setPortalName(name, of: id)
            } catch let error as StoreError where error.code == .conflict {
                throw CustomerError.nameTaken
            }
            var personal = ["name": name.description]
            personal["before"] = before?.description
            try audit.append(
                AuditEvent(
                    .customerRenamed, at: now, actor: actor, customer: id, organization: customer.organization,
                    personal: personal), in: writer)
            return before
        }
    }

    /// Everything that the broker holds about a customer, and every event about them, for the person who asks for it.
    package func export(
        _ id: CustomerID, actor: AuditEvent.Actor
    ) async throws -> (record: Record, events: [(record: AuditRecord, personal: [String: String]?)]) {
        guard let record = try await find(id.rawValue) else { throw CustomerError.notFound }
        let events = try await environment.store.read { [audit] reader in
            try reader.auditRecords(AuditFilter(customer: id), limit: .max).map {
                ($0, try audit.personal(of: $0, in: reader))
            }
        }
        try await audit.record(
            AuditEvent(
                .customerExported, at: environment.time.now, actor: actor, customer: id,
                organization: record.customer.organization))
        return (record, events)
    }
}

/// Why an operation on a customer was refused.
package enum CustomerError: String, Error, Sendable, CustomStringConvertible {
    case notFound = "customer_not_found"
    case linkedAlready = "identity_linked_already"
    case nameNotOwned = "name_not_owned"
    case nameTaken = "name_taken"

    package var description: String { rawValue }
}
