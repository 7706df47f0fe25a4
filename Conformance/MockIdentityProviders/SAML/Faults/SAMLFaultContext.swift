// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a mistake is made from.
struct SAMLFaultContext: Sendable {
    let fault: SAMLFault
    let clock: SAMLClock
    /// entityID of another tenant.
    let otherIssuer: String
    /// A request that another browser waits with.
    let otherRequest: String?
    /// An address that nobody may follow.
    let lure: String
    /// The attribute that carries the address.
    let emailName: String
}

/// Times as messages write them.
struct SAMLClock: Sendable {
    /// Seconds since 1970.
    let now: Int64
    let writesFractions: Bool

    func text(_ seconds: Int64 = 0) -> String {
        let whole = Date(timeIntervalSince1970: TimeInterval(now + seconds)).formatted(.iso8601)
        return writesFractions ? "\(whole.dropLast()).123Z" : whole
    }
}
