// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// What the broker told browsers: every body, and every address that it sent them on to.
final class SeenText: Sendable {
    private let parts = Mutex<[String]>([])
    private let sessions = Mutex<Set<String>>([])

    func add(_ page: Page) {
        guard page.url.host() == TestBroker.host else { return }
        let text = page.body + "\n" + page.values("Location").joined(separator: "\n")
        parts.withLock { $0.append(text) }
    }

    /// A session's secret, for a search like that for the provider's.
    func add(secret: String?) {
        if let secret { sessions.withLock { _ = $0.insert(secret) } }
    }

    /// Every handle and token that a browser was given.
    var secrets: Set<String> { sessions.withLock { $0 } }

    var text: String { parts.withLock { $0.joined(separator: "\n") } }
}
