public import Foundation

/// What one connection remembers across restarts and processes: the last good metadata, the last good JWKS.
///
/// Compare-and-set lets one process of many do a refresh: whoever sets first has done it for all.
public protocol ConnectionMemory: Sendable {
    /// The entry under a key, or nil.
    func read(_ key: String) async throws(MemoryError) -> MemoryEntry?

    /// Stores bytes if the entry is still the one that was read.
    ///
    /// - Parameters:
    ///   - key: Up to 64 characters, chosen by the module.
    ///   - expected: The version that was read; nil when there was no entry.
    ///   - bytes: At most 1 MiB.
    /// - Returns: Whether this call stored its bytes.
    func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool
}

/// One remembered entry.
public struct MemoryEntry: Sendable, Hashable {
    /// What was stored.
    public let bytes: Data
    /// When it was stored.
    public let storedAt: Timestamp
    /// Grows with every store; hand it to `compareAndSet`.
    public let version: Int64

    /// An entry.
    public init(bytes: Data, storedAt: Timestamp, version: Int64) {
        self.bytes = bytes
        self.storedAt = storedAt
        self.version = version
    }
}

/// Why a connection's memory did not answer.
public struct MemoryError: Error, Sendable, CustomStringConvertible {
    /// The bounded cause.
    public enum Code: String, Sendable {
        /// The store is away.
        case unavailable
        /// More than 1 MiB, or a key that is too long.
        case tooLarge = "too_large"
    }

    /// The bounded cause.
    public let code: Code

    /// An error.
    public init(_ code: Code) { self.code = code }

    /// The code only.
    public var description: String { code.rawValue }
}
