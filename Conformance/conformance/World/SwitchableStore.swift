// SPDX-License-Identifier: Apache-2.0

import BrokerModel
import Synchronization

/// A store that can be taken away.
final class SwitchableStore: Store {
    private let store: any Store
    private let isAway = Mutex(false)

    init(_ store: any Store) { self.store = store }

    /// Runs a body while the store answers nothing.
    func away<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        isAway.withLock { $0 = true }
        defer { isAway.withLock { $0 = false } }
        return try await body()
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreReader) throws -> Value
    ) async throws -> Value {
        try present()
        return try await store.read(body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreWriter) throws -> Value
    ) async throws -> Value {
        try present()
        return try await store.write(body)
    }

    private func present() throws {
        if isAway.withLock({ $0 }) { throw StoreError(.unavailable, detail: "taken away") }
    }
}
