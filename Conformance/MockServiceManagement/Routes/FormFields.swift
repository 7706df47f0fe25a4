// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Fields of an `application/x-www-form-urlencoded` text, in order.
struct FormFields {
    private let pairs: [(name: String, value: String)]

    init(_ text: String) {
        pairs = text.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            func decoded(_ half: Substring) -> String { half.replacing("+", with: " ").removingPercentEncodingOrSame }
            return (decoded(halves[0]), halves.count == 2 ? decoded(halves[1]) : "")
        }
    }

    /// The first value of a field, or nil.
    subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }
}

extension StringProtocol {
    /// Percent-decoded, or unchanged where an escape is malformed.
    var removingPercentEncodingOrSame: String { removingPercentEncoding ?? String(self) }
}
