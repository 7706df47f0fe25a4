// SPDX-License-Identifier: Apache-2.0

/// What reached the portal since it started or was reset.
///
/// This is the body of `GET /__mock/stats`.
package struct PortalStats: Sendable, Equatable, Codable {
    /// Requests of every kind, control requests excepted.
    package var total = 0
    /// Requests by method and kind of path, as in `"POST create": 2`; the kinds are `PortalRoute.kind`.
    package var counts: [String: Int] = [:]
    /// Requests that named a portal, in the path or in a body, by portal id.
    package var portals: [String: Int] = [:]
    /// Tickets that were created, oldest first.
    package var tickets: [Ticket] = []
    /// Accounts created through a sign-up path.
    package var signups = 0
    /// The most recent request.
    package var lastRequest: ReceivedRequest?
}
