package import Broker
package import Foundation

/// Something that a facade handed out under an opaque value: a code, an access token, a request that waits for a login.
///
/// The store keeps the hash of the value, so that a reader of the store cannot use it.
package struct FacadeGrant: Sendable, Hashable {
    /// What it is; one kind is never taken for another (M64).
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// A request of the site that waits until the person has signed in. May be read until it expires.
        case request
        /// An authorization code (RFC 6749 4.1.2). Counts once.
        case code
        /// An access token. May be read until it expires.
        case accessToken = "access_token"
    }

    /// SHA-256 of the value, each kind in its own domain.
    package var hash: Data
    /// What it is.
    package var kind: Kind
    /// Whose it is.
    package var facade: FacadeAddress
    /// The session behind it; what it opens ends with the session.
    package var session: SessionID?
    /// The grant that it was made from: where that is used twice, this one goes (RFC 6749 4.1.2).
    package var parent: Data?
    /// The facade's own bytes, sealed.
    package var sealed: Data
    /// When it was made.
    package var createdAt: Timestamp
    /// When it stops counting.
    package var expiresAt: Timestamp
    /// When it was used, where it counts once.
    package var usedAt: Timestamp?

    package init(
        hash: Data, kind: Kind, facade: FacadeAddress, session: SessionID? = nil, parent: Data? = nil, sealed: Data,
        createdAt: Timestamp, expiresAt: Timestamp, usedAt: Timestamp? = nil
    ) {
        self.hash = hash
        self.kind = kind
        self.facade = facade
        self.session = session
        self.parent = parent
        self.sealed = sealed
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }
}

/// That a site was told of a sign-in: who has to hear when the session ends.
package struct FacadeSession: Sendable, Hashable, Codable {
    /// Where.
    package var facade: FacadeAddress
    /// How both sides name it: SAML's `SessionIndex`, the ID token's `sid`.
    package var key: String
    /// Our session.
    package var session: SessionID
    /// Whose.
    package var customer: CustomerID
    /// The name under which the site was told of the person.
    package var name: String
    /// When it was told first.
    package var createdAt: Timestamp

    package init(
        facade: FacadeAddress, key: String, session: SessionID, customer: CustomerID, name: String, createdAt: Timestamp
    ) {
        self.facade = facade
        self.key = key
        self.session = session
        self.customer = customer
        self.name = name
        self.createdAt = createdAt
    }
}
