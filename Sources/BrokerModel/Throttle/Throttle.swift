/// How often something may be done: so many times at once, and from then on once in a while.
///
/// A token bucket. Its level is in the store, so that several processes and a restart share it.
package struct Throttle: Sendable, Hashable {
    /// What is counted, in snake_case: a bucket's name, and the rule that an audit event names.
    package let name: String
    /// How many tokens a full bucket has: at least 1.
    package let capacity: Int
    /// How long one token takes to come back: more than nothing.
    package let refill: Duration

    package init(_ name: String, capacity: Int, refill: Duration) {
        self.name = name
        self.capacity = max(1, capacity)
        self.refill = max(.microseconds(1), refill)
    }
}
