/// What a rule, a driver or a scripted upstream saw and did not like.
public struct KitFailure: Error, Sendable, CustomStringConvertible {
    /// What was seen, in one sentence.
    public let seen: String

    /// Says what was seen.
    public init(_ seen: String) { self.seen = seen }

    /// What was seen.
    public var description: String { seen }
}

/// Fails unless something holds.
public func require(_ holds: Bool, _ seen: @autoclosure () -> String) throws(KitFailure) {
    if !holds { throw KitFailure(seen()) }
}

/// The value, or a failure where there is none.
public func unwrap<Value>(
    _ value: Value?, _ seen: @autoclosure () -> String = "a value is absent"
) throws(KitFailure)
    -> Value
{
    guard let value else { throw KitFailure(seen()) }
    return value
}
