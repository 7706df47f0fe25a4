// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// The cookies of one browser: host-only, as the broker sets them, and blind to ports, as browsers are.
final class CookieJar: Sendable {
    private let cookies = Mutex<[String: [String: String]]>([:])

    /// The value of a cookie, if the browser has it.
    func value(_ name: String, host: String) -> String? { cookies.withLock { $0[host]?[name] } }

    /// Puts a cookie there, or takes it away.
    func set(_ name: String, _ value: String?, host: String) {
        cookies.withLock { $0[host, default: [:]][name] = value }
    }

    /// The `Cookie` header for a host; nil where it has none.
    func header(for host: String) -> String? {
        let pairs = cookies.withLock { $0[host] ?? [:] }.sorted { $0.key < $1.key }
        return pairs.isEmpty ? nil : pairs.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
    }

    /// Does what a `Set-Cookie` header says.
    func take(_ setCookie: String, host: String) {
        let parts = setCookie.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { return }
        let isClearing = parts.dropFirst().contains { $0.lowercased() == "max-age=0" }
        set(
            String(pair[..<equals]), isClearing ? nil : String(pair[pair.index(after: equals)...]), host: host)
    }
}
