package import Broker

/// The tie between an identity at an IdP and exactly one customer.
package struct IdentityLink: Sendable, Hashable, Codable {
    /// The identity.
    package var subject: SubjectKey
    /// The customer.
    package var customer: CustomerID
    /// What spoke for the e-mail when it was last asserted.
    package var evidence: Email.Evidence
    /// When the tie was made.
    package var createdAt: Timestamp
    /// When the identity last signed in.
    package var lastSeenAt: Timestamp

    package init(
        subject: SubjectKey, customer: CustomerID, evidence: Email.Evidence, createdAt: Timestamp, lastSeenAt: Timestamp
    ) {
        self.subject = subject
        self.customer = customer
        self.evidence = evidence
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
    }
}
