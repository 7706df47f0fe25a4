/// What goes along with a message and comes back unread (SAML Bindings 3.4.3, 3.5.3).
///
/// Ours is an opaque one-time value of the engine; it never holds an address to go to (CVE-2026-22032).
package struct RelayState: Sendable, Hashable, CustomStringConvertible {
    /// The value, unescaped.
    package let value: String

    /// The most octets of one that we make: the bindings' own bound.
    package static let maximumBytes = 80
    /// The most octets of one that we take and give back: some senders do not keep the bound.
    package static let maximumReceivedBytes = 1024

    /// One of ours.
    ///
    /// - Throws: `relay_state_too_long`.
    package init(_ value: String) throws(SAMLError) {
        try self.init(value, atMost: Self.maximumBytes)
    }

    /// One of the other side, to be given back as it came.
    ///
    /// - Throws: `relay_state_too_long`.
    init(received value: String) throws(SAMLError) {
        try self.init(value, atMost: Self.maximumReceivedBytes)
    }

    private init(_ value: String, atMost limit: Int) throws(SAMLError) {
        guard value.utf8.count <= limit else {
            throw SAMLError("relay_state_too_long", "RelayState is longer than \(limit) octets")
        }
        self.value = value
    }

    /// Nothing of the value: it is a one-time secret while it is pending.
    package var description: String { "RelayState" }
}
