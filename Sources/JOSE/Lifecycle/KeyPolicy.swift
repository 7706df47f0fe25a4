/// How long keys stand where.
///
/// Times are microseconds.
package struct KeyPolicy: Hashable, Sendable {
    /// The algorithm that new keys sign with; a change of it makes a rotation due.
    package var algorithm: JWAlgorithm
    /// How long a key is in the key set before it signs, so that verifiers' caches know it.
    package var publishBefore: Int64
    /// How long a key signs.
    package var activeFor: Int64
    /// How long a token lives.
    package var tokenLifetime: Int64
    /// How far clocks may differ.
    package var skew: Int64
    /// How much longer a retired key stays published.
    package var margin: Int64

    /// 24 h published, 90 days active, tokens of 10 min, 60 s of skew, 1 h of margin.
    package init(
        algorithm: JWAlgorithm = .es256, publishBefore: Int64 = 24 * hour, activeFor: Int64 = 90 * 24 * hour,
        tokenLifetime: Int64 = hour / 6, skew: Int64 = hour / 60, margin: Int64 = hour
    ) {
        self.algorithm = algorithm
        self.publishBefore = publishBefore
        self.activeFor = activeFor
        self.tokenLifetime = tokenLifetime
        self.skew = skew
        self.margin = margin
    }

    /// One hour.
    package static let hour: Int64 = 3_600_000_000

    /// How long a key stays published after it signed its last token.
    package var retention: Int64 { tokenLifetime + skew + margin }
}
