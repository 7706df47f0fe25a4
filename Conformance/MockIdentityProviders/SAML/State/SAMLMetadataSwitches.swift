// SPDX-License-Identifier: Apache-2.0

/// What a tenant's metadata says, honest or not.
package struct SAMLMetadataSwitches: Sendable, Hashable {
    /// Which signing keys are published.
    package enum Keys: String, Sendable, CaseIterable, Codable {
        /// The one that signs and the EC one.
        case active
        /// These and the one that comes next, as before a rollover.
        case activeAndNext = "active-and-next"
        /// Only the one that comes next.
        case next
    }

    package var keys: Keys
    /// Seconds from now; nil leaves `validUntil` out.
    package var validFor: Int64?
    /// Signed as a whole by the key that signs messages.
    package var isSigned: Bool
    package var fault: SAMLMetadataFault?

    /// Honest metadata.
    package init(
        keys: Keys = .active, validFor: Int64? = 7 * 86400, isSigned: Bool = false, fault: SAMLMetadataFault? = nil
    ) {
        self.keys = keys
        self.validFor = validFor
        self.isSigned = isSigned
        self.fault = fault
    }
}
