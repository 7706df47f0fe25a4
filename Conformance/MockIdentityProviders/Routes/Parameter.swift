// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One name and value of a query or form.
struct Parameter: Equatable, Sendable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    var encoded: String { "\(Self.escape(name))=\(Self.escape(value))" }

    private static func escape(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}

/// Parameters of a query or an `application/x-www-form-urlencoded` body, in order.
struct Parameters: Sendable {
    let all: [Parameter]

    init(_ text: String) {
        all = text.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Parameter(
                Self.decode(String(halves[0])), halves.count == 2 ? Self.decode(String(halves[1])) : "")
        }
    }

    /// The first value of this name, or nil when there is none or it is empty.
    subscript(name: String) -> String? {
        all.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// RFC 6749 3.1: no parameter more than once.
    var hasDuplicates: Bool { Set(all.map(\.name)).count != all.count }

    /// Space-separated words of a value.
    func words(_ name: String) -> [String] { self[name]?.split(separator: " ").map(String.init) ?? [] }

    /// Percent escapes undone, and nothing else: what a path has.
    static func unescape(_ text: String) -> String { text.removingPercentEncoding ?? text }

    static func decode(_ text: String) -> String {
        let spaced = text.replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}
