/// An e-mail address with what speaks for its being the person's.
public struct Email: Sendable, Hashable {
    /// What speaks for an address.
    public enum Evidence: String, Sendable, Codable {
        /// The IdP says that it verified the address (`email_verified: true`).
        case idpVerified
        /// The IdP's tenant owns the domain, so that it alone decides who has the address.
        case tenantOwnsDomain
        /// Nothing.
        case none
    }

    /// The address.
    public var address: EmailAddress
    /// What speaks for it.
    public var evidence: Evidence

    /// An address with its evidence.
    public init(_ address: EmailAddress, evidence: Evidence) {
        self.address = address
        self.evidence = evidence
    }
}
