// SPDX-License-Identifier: Apache-2.0

/// A dictionary that forgets its oldest entries, so that visitors who never sign in do not fill it.
struct Bounded<Value> {
    private static var limit: Int { 4096 }

    private var values: [String: Value] = [:]
    private var order: [String] = []

    subscript(key: String) -> Value? { values[key] }

    mutating func set(_ value: Value, for key: String) {
        if values.updateValue(value, forKey: key) == nil { order.append(key) }
        guard order.count > Self.limit else { return }
        for key in order.prefix(Self.limit / 2) { values[key] = nil }
        order.removeFirst(Self.limit / 2)
    }

    /// Takes an entry out; its place in the order is of no consequence.
    mutating func take(_ key: String) -> Value? { values.removeValue(forKey: key) }
}
