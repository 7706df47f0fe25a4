// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import Synchronization

/// What the relying party remembers, for as long as the portal runs.
final class ProcessMemory: ConnectionMemory {
    private let time: TimeSource
    private let entries = Mutex<[String: MemoryEntry]>([:])

    init(time: TimeSource) { self.time = time }

    func read(_ key: String) async throws(MemoryError) -> MemoryEntry? { entries.withLock { $0[key] } }

    func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool {
        let now = time.now
        return entries.withLock { entries in
            guard entries[key]?.version == expected else { return false }
            entries[key] = MemoryEntry(bytes: bytes, storedAt: now, version: (expected ?? 0) + 1)
            return true
        }
    }
}
