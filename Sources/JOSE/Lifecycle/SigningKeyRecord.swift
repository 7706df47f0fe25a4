/// Where a signing key stands.
package enum KeyState: String, CaseIterable, Hashable, Sendable {
    /// Published, so that verifiers learn it before it signs.
    case next
    /// Signs.
    case active
    /// Published until the last token it signed has expired.
    case retired
}

/// What the store knows of a signing key beside its sealed octets.
///
/// Times are microseconds since 1970, UTC.
package struct SigningKeyRecord: Hashable, Sendable {
    /// The key id.
    package var kid: String
    /// The algorithm it signs with.
    package var algorithm: JWAlgorithm
    /// Where it stands.
    package var state: KeyState
    /// Since when it is in the key set.
    package var publishedAt: Int64
    /// Since when it signs.
    package var activatedAt: Int64?
    /// From when it may leave the key set.
    package var deleteAfter: Int64?

    /// A record of a key.
    package init(
        kid: String, algorithm: JWAlgorithm, state: KeyState, publishedAt: Int64, activatedAt: Int64? = nil,
        deleteAfter: Int64? = nil
    ) {
        self.kid = kid
        self.algorithm = algorithm
        self.state = state
        self.publishedAt = publishedAt
        self.activatedAt = activatedAt
        self.deleteAfter = deleteAfter
    }
}
