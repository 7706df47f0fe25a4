package import Broker
package import XMLSecurity

/// Reads an IdP's metadata (SAML Metadata 2): octets in, what we know and trust of one IdP out.
///
/// Vendors put much beside what we need, so unknown elements and other roles are passed over. What is needed is held
/// against `MetadataCheck.all`, and one refusal refuses the whole document: the last good state stays in force.
package struct MetadataReader: Sendable {
    /// How long metadata may be good for.
    package enum Lifetime: Sendable, Hashable {
        /// A `validUntil` holds where there is one.
        case open
        /// There must be a `validUntil`, no further ahead than this.
        case bounded(Duration)

        /// Signed metadata: a copy of it is as good as the original, so its own end must bound it (SDP-MD03).
        package static let signed = Lifetime.bounded(.seconds(14 * 86400))
    }

    private let entityID: String
    private let now: Timestamp
    private let lifetime: Lifetime
    private let checks: [MetadataCheck]

    /// A reader for one IdP at one moment.
    package init(
        entityID: String, now: Timestamp, lifetime: Lifetime = .open, checks: [MetadataCheck] = MetadataCheck.all
    ) {
        self.entityID = entityID
        self.now = now
        self.lifetime = lifetime
        self.checks = checks
    }

    /// Reads metadata that is trusted for where it comes from.
    package func read(_ octets: [UInt8]) throws(SAMLError) -> IdentityProviderDescription {
        try read(Self.parse(octets))
    }

    /// Reads metadata that is trusted for who signed it, and nothing but what was signed.
    package func read(_ octets: [UInt8], signedBy key: PublicKey) throws(SAMLError) -> IdentityProviderDescription {
        try read(MetadataSignature.verify(Self.parse(octets), by: key))
    }

    private func read(_ root: XMLElement) throws(SAMLError) -> IdentityProviderDescription {
        let facts = MetadataFacts(
            enclosing: try MetadataEntity.find(entityID, in: root), wanted: entityID, now: now, lifetime: lifetime)
        for check in checks { try check.run(facts) }
        return facts.description
    }

    private static func parse(_ octets: [UInt8]) throws(SAMLError) -> XMLElement {
        try refusing { () throws(XMLSecurityError) in
            let document = try XMLDocument(parsing: octets, limits: .metadata)
            try IdentifierCheck.run(document)
            return document.root
        }
    }
}
