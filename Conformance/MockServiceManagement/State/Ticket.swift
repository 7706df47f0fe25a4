// SPDX-License-Identifier: Apache-2.0

import MockServer

/// A request somebody managed to raise.
package struct Ticket: Sendable, Equatable, Codable {
    /// The way it came in.
    package enum Channel: String, Sendable, Codable {
        /// The HTML form of the portal.
        case portal
        /// `POST /rest/servicedeskapi/request`.
        case api
    }

    /// Issue key, as in `SUP-1`.
    package let key: String
    package let portal: Int
    package let requestType: Int
    package let summary: String
    package let description: String
    /// User named by a trusted header or by the session; nil means anonymous.
    package let reporter: String?
    package let channel: Channel
}
