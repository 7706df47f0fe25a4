package import Broker
package import Foundation

/// One event as it stands in the chain.
package struct AuditRecord: Sendable, Hashable {
    /// Position in the chain, from 1 without gaps.
    package var sequence: Int64
    /// When it happened.
    package var at: Timestamp
    /// What happened.
    package var kind: AuditKind
    /// The event as canonical JSON: what the hash covers.
    ///
    /// Copies of some members stand beside it for queries and are compared with it by `audit verify`.
    package var body: String
    /// The hash of the record before; 32 zero octets for the first.
    package var previousHash: Data
    /// SHA-256 over sequence, previous hash and body.
    package var hash: Data
    /// Query copies.
    package var reference: Reference?
    /// Query copies.
    package var customer: CustomerID?
    /// Query copies.
    package var organization: OrganizationID?
    /// Query copies.
    package var connection: ConnectionID?

    package init(
        sequence: Int64, at: Timestamp, kind: AuditKind, body: String, previousHash: Data, hash: Data,
        reference: Reference?, customer: CustomerID?, organization: OrganizationID?, connection: ConnectionID?
    ) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.body = body
        self.previousHash = previousHash
        self.hash = hash
        self.reference = reference
        self.customer = customer
        self.organization = organization
        self.connection = connection
    }
}

/// A signed statement of how long the chain was and how it ended.
package struct AuditHead: Sendable, Hashable {
    /// The last record's position.
    package var sequence: Int64
    /// The last record's hash.
    package var hash: Data
    /// When it was signed.
    package var signedAt: Timestamp
    /// A compact JWS by the audit key over the three above.
    package var signature: String

    package init(sequence: Int64, hash: Data, signedAt: Timestamp, signature: String) {
        self.sequence = sequence
        self.hash = hash
        self.signedAt = signedAt
        self.signature = signature
    }
}

/// Which records a query is about.
package struct AuditFilter: Sendable, Hashable {
    package var kinds: Set<AuditKind>?
    package var reference: Reference?
    package var customer: CustomerID?
    package var organization: OrganizationID?
    package var connection: ConnectionID?
    package var from: Timestamp?
    package var to: Timestamp?
    /// Records after this position.
    package var after: Int64?

    package init(
        kinds: Set<AuditKind>? = nil, reference: Reference? = nil, customer: CustomerID? = nil,
        organization: OrganizationID? = nil, connection: ConnectionID? = nil, from: Timestamp? = nil,
        to: Timestamp? = nil, after: Int64? = nil
    ) {
        self.kinds = kinds
        self.reference = reference
        self.customer = customer
        self.organization = organization
        self.connection = connection
        self.from = from
        self.to = to
        self.after = after
    }
}

/// Writes events into the chain, inside the transaction that makes them true.
package protocol AuditSink: Sendable {
    /// Appends one event.
    func append(_ event: AuditEvent, in writer: any StoreWriter) throws
}
