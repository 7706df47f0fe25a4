/// A value that never prints itself: in logs, errors, interpolation and debugger output it reads `<redacted>`.
public struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let value: Value

    /// Wraps a value.
    public init(_ value: Value) { self.value = value }

    /// The value, for the one place that sends or compares it.
    public func reveal() -> Value { value }

    /// Always `<redacted>`.
    public var description: String { "<redacted>" }
    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }
    /// No children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Secret: Equatable where Value: Equatable {}

/// Where a secret is kept, such as `env:ACME_SECRET` or `file:/etc/vestibule/acme`.
///
/// Configuration holds this, never the secret.
public struct SecretReference: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The two places that a secret may come from.
    public enum Place: Hashable, Sendable {
        /// An environment variable of the server.
        case environment(String)
        /// A file; trailing line ends are not part of the secret.
        case file(String)
    }

    /// Where the secret is kept.
    public let place: Place

    /// Parses `env:NAME` or `file:PATH`; nil for anything else, above all for a bare secret.
    public init?(_ text: String) {
        if text.hasPrefix("env:"), text.utf8.count > 4 {
            place = .environment(String(text.dropFirst(4)))
        } else if text.hasPrefix("file:"), text.utf8.count > 5 {
            place = .file(String(text.dropFirst(5)))
        } else {
            return nil
        }
    }

    /// Decodes the written form.
    ///
    /// The error does not repeat the text, which may be a secret put in the wrong place.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let reference = SecretReference(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a secret is written env:NAME or file:PATH, never as its value")
        }
        self = reference
    }

    /// Encodes the written form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The written form.
    public var description: String {
        switch place {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        }
    }
}

/// Reads the secrets that settings refer to.
///
/// Read when used, so that a rotated file needs no restart.
public struct SecretResolver: Sendable {
    private let resolve: @Sendable (SecretReference) throws(SettingsError) -> Secret<String>

    /// A resolver that calls the closure for every reading.
    public init(_ resolve: @escaping @Sendable (SecretReference) throws(SettingsError) -> Secret<String>) {
        self.resolve = resolve
    }

    /// The secret behind a reference.
    public func value(of reference: SecretReference) throws(SettingsError) -> Secret<String> {
        try resolve(reference)
    }
}
