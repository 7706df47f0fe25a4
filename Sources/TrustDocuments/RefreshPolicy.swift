import Broker

/// When a document is fetched again.
package struct RefreshPolicy: Sendable {
    /// How long a fetched document serves without a look at its source.
    package var maximumAge: Duration
    /// How long before a document's own end it is looked at again.
    package var margin: Duration = .seconds(600)
    /// The least time between two fetches that messages from outside can cause, in all processes together, and from a
    /// failure to the next try.
    package var coolDown: Duration = .seconds(60)
    /// The most that chance adds to the cool-down, so that many processes do not ask at once.
    package var jitter: Duration = .seconds(15)
    /// From a failure to the next try while nothing is known at all.
    package var firstCoolDown: Duration = .zero

    /// A policy.
    package init(maximumAge: Duration) { self.maximumAge = maximumAge }

    /// OpenID Connect discovery: endpoints change rarely, and never without notice.
    package static let metadata = RefreshPolicy(maximumAge: .seconds(24 * 3600))
    /// Keys: a withdrawn one stops counting within the hour.
    package static let keys = RefreshPolicy(maximumAge: .seconds(3600))

    /// The longest that one attempt keeps others from fetching.
    var longestCoolDown: Duration { coolDown + jitter }

    /// When a state is looked at again.
    func due(fetchedAt: Timestamp, validUntil: Timestamp?) -> Timestamp {
        let byAge = fetchedAt + maximumAge
        guard let validUntil else { return byAge }
        return max(min(byAge, validUntil - margin), fetchedAt + coolDown)
    }
}
