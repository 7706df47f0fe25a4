/// A string that names one thing and cannot be mistaken for the name of another.
public protocol StringIdentifier: RawRepresentable, Hashable, Sendable, Codable, Comparable, CustomStringConvertible
where RawValue == String {
    /// Wraps a name without checking it; configuration checks names where they enter.
    init(rawValue: String)
}

extension StringIdentifier {
    /// The name itself.
    public var description: String { rawValue }

    /// Orders by the name's Unicode scalars.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// A name that may stand in a URL path and in a file: `a-z`, `0-9`, `-`, `_` and `.`, 1 to 64 of them, and not
    /// starting with a dot.
    public var isWellFormed: Bool {
        !rawValue.isEmpty && rawValue.utf8.count <= 64 && !rawValue.hasPrefix(".")
            && rawValue.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}

/// The name of a provider kind, such as `oidc`.
public struct ProviderKind: StringIdentifier, ExpressibleByStringLiteral {
    /// The name that configuration uses.
    public let rawValue: String
    /// Names a kind.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Names a kind by a literal in a module's source.
    public init(stringLiteral value: String) { self.rawValue = value }
}

/// The name of one configured connection, unique in the installation; part of its callback URL.
public struct ConnectionID: StringIdentifier, ExpressibleByStringLiteral {
    /// The name from configuration.
    public let rawValue: String
    /// Names a connection.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Names a connection by a literal.
    public init(stringLiteral value: String) { self.rawValue = value }
}
