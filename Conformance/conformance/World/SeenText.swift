// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// What the broker told browsers: every body, and every address that it sent them on to.
final class SeenText: Sendable {
    private let parts = Mutex<[String]>([])

    func add(_ page: Page) {
        guard page.url.host() == TestBroker.host else { return }
        let text = page.body + "\n" + page.values("Location").joined(separator: "\n")
        parts.withLock { $0.append(text) }
    }

    var text: String { parts.withLock { $0.joined(separator: "\n") } }
}
