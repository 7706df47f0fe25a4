// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// A request as it arrived: nothing decoded, merged, reordered or left out.
package struct ReceivedRequest: Sendable, Equatable, Codable {
    /// One header line; the name keeps the sender's spelling.
    package struct Header: Sendable, Equatable, Codable {
        package let name: String
        package let value: String
    }

    package let method: String
    /// The raw request target, query included.
    package let target: String
    package let headers: [Header]

    init(_ request: Request) {
        method = request.method.rawValue
        target = request.head.path ?? ""
        let host = request.head.authority.map { [Header(name: "Host", value: $0)] } ?? []
        headers = host + request.headers.map { Header(name: $0.name.rawName, value: $0.value) }
    }

    /// Values of every header with this name in any letter case.
    ///
    /// `X_Name` is another header than `X-Name`.
    package func values(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// Values of every header that a lax server would read as this one: any case, and `_` for `-`.
    package func laxValues(_ name: String) -> [String] {
        func folded(_ text: String) -> String { text.lowercased().replacing("_", with: "-") }
        return headers.filter { folded($0.name) == folded(name) }.map(\.value)
    }
}
