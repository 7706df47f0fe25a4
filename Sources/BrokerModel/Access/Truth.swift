/// What is known of a statement: Kleene's three values.
///
/// Whether somebody is in a group cannot be answered from a list that is not whole. `unknown` is that answer; it is
/// neither a yes, which would let people in, nor a no, which would lift a ban.
package enum Truth: String, Sendable, Hashable, CaseIterable {
    /// It holds.
    case yes = "true"
    /// It does not hold.
    case no = "false"
    /// It cannot be told.
    case unknown

    /// A plain fact.
    package init(_ fact: Bool) { self = fact ? .yes : .no }

    /// Not: what is unknown stays so.
    package static prefix func ! (value: Truth) -> Truth {
        switch value {
        case .yes: .no
        case .no: .yes
        case .unknown: .unknown
        }
    }

    /// And: one `no` decides; nothing at all holds.
    package static func all(_ values: some Sequence<Truth>) -> Truth {
        var result = Truth.yes
        for value in values {
            if value == .no { return .no }
            if value == .unknown { result = .unknown }
        }
        return result
    }

    /// Or: one `yes` decides; nothing at all does not hold.
    package static func any(_ values: some Sequence<Truth>) -> Truth { !all(values.map { !$0 }) }

    /// Neither of them.
    package static func none(_ values: some Sequence<Truth>) -> Truth { !any(values) }
}
