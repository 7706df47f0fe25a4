/// Where everything lives that must survive a process.
///
/// A body is synchronous, acts only through its argument, and may run again: a store that loses a race runs it once
/// more. What one `write` body does is there whole or not at all.
package protocol Store: Sendable {
    /// Reads from one consistent state.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any StoreReader) throws -> Value) async throws -> Value

    /// Changes the state in one transaction. Whatever the body throws undoes all of it and is thrown on.
    func write<Value: Sendable>(_ body: @escaping @Sendable (any StoreWriter) throws -> Value) async throws -> Value
}

/// How a store fails.
package struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The bounded cause.
    package enum Code: String, Sendable {
        /// A value that must be unique exists already.
        case conflict
        /// The store is away, busy for too long, or its disk is full.
        case unavailable
        /// What is stored cannot be read.
        case corrupt
    }

    /// The bounded cause.
    package let code: Code
    /// What the operator needs to know: table or constraint, never a value.
    package let detail: String

    package init(_ code: Code, detail: String) {
        self.code = code
        self.detail = detail
    }

    /// The code only.
    package var description: String { code.rawValue }
}
