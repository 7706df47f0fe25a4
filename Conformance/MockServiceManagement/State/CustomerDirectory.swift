// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The portal's internal directory: everybody who ever signed in.
package final class CustomerDirectory: Sendable {
    /// One customer.
    package struct Customer: Sendable, Equatable, Codable {
        package let username: String
        package var displayName: String
        package var email: String
        /// In alphabetical order.
        package var groups: [String]
        /// How often the customer signed in.
        package var signIns: Int
    }

    private let known = Mutex<[String: Customer]>([:])

    /// Everybody, by username.
    package var customers: [Customer] {
        known.withLock { $0.values.sorted { $0.username < $1.username } }
    }

    /// One customer; nil for a name that never signed in.
    package subscript(username: String) -> Customer? { known.withLock { $0[username] } }

    /// Creates or updates whoever signs in, just in time.
    ///
    /// Where groups were sent, the customer is then in those and in no other; where they are none of the IdP's
    /// business, they stay.
    func take(_ customer: SignedInCustomer) {
        known.withLock { known in
            let before = known[customer.username]
            known[customer.username] = Customer(
                username: customer.username, displayName: customer.displayName, email: customer.email,
                groups: customer.groups.map { Set($0).sorted() } ?? before?.groups ?? [],
                signIns: (before?.signIns ?? 0) + 1)
        }
    }

    func reset() { known.withLock { $0 = [:] } }
}
