package import Broker
package import BrokerModel

/// Makes or updates a customer at the moment of a login.
///
/// Runs inside the transaction that opens the session, so that 50 first logins of one person make one customer and a
/// login that fails leaves nothing half-made.
package struct JustInTime: Sendable {
    private let audit: any AuditSink
    private let randomness: Randomness

    package init(audit: any AuditSink, randomness: Randomness) {
        self.audit = audit
        self.randomness = randomness
    }

    /// Everything about one login that the directory needs.
    package struct Login: Sendable {
        package var identity: VerifiedIdentity
        package var email: EmailAddress
        package var evidence: Email.Evidence
        package var connection: Connection
        package var attributes: MappedAttributes
        package var reference: Reference
        package var at: Timestamp
        /// Whether the person did not sign in: the IdP was asked again about a live session.
        package var isRefresh: Bool

        package init(
            identity: VerifiedIdentity, email: EmailAddress, evidence: Email.Evidence, connection: Connection,
            attributes: MappedAttributes, reference: Reference, at: Timestamp, isRefresh: Bool = false
        ) {
            self.identity = identity
            self.email = email
            self.evidence = evidence
            self.connection = connection
            self.attributes = attributes
            self.reference = reference
            self.at = at
            self.isRefresh = isRefresh
        }
    }

    /// Makes a customer for an identity that nobody has.
    package func create(for login: Login, in writer: any StoreWriter) throws -> Customer {
        var customer = Customer(
            id: .random(randomness), organization: login.connection.organization, email: login.email,
            createdAt: login.at)
        merge(login, into: &customer)
        try writer.insert(customer)
        try audit.append(event(.customerCreated, customer, login, facts: [:]), in: writer)
        try link(login, to: customer, in: writer)
        return customer
    }

    /// Ties a new identity to an existing customer.
    package func link(_ login: Login, to customer: Customer, in writer: any StoreWriter) throws {
        try writer.insert(
            IdentityLink(
                subject: login.identity.subject, customer: customer.id, evidence: login.evidence, createdAt: login.at,
                lastSeenAt: login.at))
        try audit.append(event(.customerLinked, customer, login, facts: [:]), in: writer)
    }

    /// Brings a customer up to what the identity says now.
    package func update(_ customer: Customer, from login: Login, in writer: any StoreWriter) throws -> Customer {
        var updated = customer
        updated.email = login.email
        merge(login, into: &updated)
        try writer.update(updated)
        if var link = try writer.link(login.identity.subject) {
            link.evidence = login.evidence
            if !login.isRefresh { link.lastSeenAt = login.at }
            try writer.update(link)
        }
        let changed = Self.changes(from: customer, to: updated)
        if !changed.isEmpty {
            try audit.append(
                event(.customerChanged, updated, login, facts: ["changed": changed.joined(separator: ",")]), in: writer)
        }
        return updated
    }

    private func merge(_ login: Login, into customer: inout Customer) {
        customer.displayName = login.identity.displayName ?? customer.displayName
        let isSilent = login.isRefresh && login.identity.groups.completeness == .unsupported
        if !isSilent { customer.groups = Self.merged(customer.groups, with: login.identity.groups) }
        guard !login.isRefresh else {
            // A refreshed ID token need not repeat what the first one said (OpenID Connect Core 12.2).
            customer.attributes.merge(login.attributes.values) { _, new in new }
            return
        }
        customer.attributes = login.attributes.values
        customer.lastLoginAt = login.at
    }

    /// An incomplete group list never removes a membership: only a complete one replaces what is stored.
    ///
    /// Nor does what was whole once stay so: a group that somebody was put into since then may be one that keeps people
    /// out, and whoever can make the list fail must not keep an old one that way.
    private static func merged(_ stored: GroupSet, with asserted: GroupSet) -> GroupSet {
        if asserted.completeness == .complete { return asserted }
        return GroupSet(stored.values + asserted.values, completeness: asserted.completeness)
    }

    private static func changes(from old: Customer, to new: Customer) -> [String] {
        [
            old.email == new.email ? nil : "email", old.displayName == new.displayName ? nil : "displayName",
            old.groups == new.groups ? nil : "groups", old.attributes == new.attributes ? nil : "attributes",
        ].compactMap { $0 }
    }

    private func event(
        _ kind: AuditKind, _ customer: Customer, _ login: Login, facts: [String: String]
    ) -> AuditEvent {
        var personal: [String: String] = ["email": login.email.description]
        personal["name"] = customer.displayName
        personal["subject"] = login.identity.subject.subject
        return AuditEvent(
            kind, at: login.at, actor: login.isRefresh ? .identityProvider : .customer, reference: login.reference,
            customer: customer.id,
            organization: customer.organization, connection: login.connection.id, facts: facts, personal: personal)
    }
}
