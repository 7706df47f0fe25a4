package import Broker

/// Checks what a name resolved to.
package enum AddressCheck {
    /// Refuses a host if any of its addresses is not allowed: whoever answers with one good and one bad address wants
    /// the bad one to be tried.
    ///
    /// - Throws: `name_not_resolved` without addresses, `address_refused` with a bad one.
    package static func check(
        _ addresses: [IPAddress], of host: String, under policy: OutboundPolicy
    ) throws(TransportError) {
        guard !addresses.isEmpty else { throw TransportError(.nameNotResolved, detail: "\(host) has no address") }
        let openings = policy.openings(for: host)
        for address in addresses where !isAllowed(address, openings) {
            throw TransportError(.addressRefused, detail: "\(host) is at \(address), which is not allowed")
        }
    }

    private static func isAllowed(_ address: IPAddress, _ openings: [AddressRange]) -> Bool {
        switch AddressKind(of: address) {
        case .publicUnicast: true
        case .special: openings.contains { $0.contains(address) }
        case .forbidden: false
        }
    }
}
