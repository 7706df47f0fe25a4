package import Broker

/// Where requests may go: the public internet, and what configuration opens beside it.
package struct OutboundPolicy: Sendable, Hashable {
    /// Opens one named host at the addresses of one block, for a peer on our own premises.
    package struct Opening: Sendable, Hashable {
        /// The host as it stands in URLs, in lower case; an IPv6 address without brackets.
        package let host: String
        /// Where it may be.
        package let range: AddressRange

        /// An opening.
        package init(host: String, range: AddressRange) {
            self.host = host.lowercased()
            self.range = range
        }
    }

    /// What is open beside the public internet.
    package var allow: [Opening]
    /// PEM files with the only authorities to trust; the system's where there are none.
    package var trustRoots: [String]

    /// A policy.
    package init(allow: [Opening] = [], trustRoots: [String] = []) {
        self.allow = allow
        self.trustRoots = trustRoots
    }

    /// A policy from configuration.
    ///
    /// - Throws: Each range that is not CIDR notation, at `allow`, its position, `cidr`.
    package init(allow: [(host: String, cidr: String)], trustRoots: [String] = []) throws(SettingsError) {
        var problems: [SettingsError.Problem] = []
        var openings: [Opening] = []
        for (position, entry) in allow.enumerated() {
            if let range = AddressRange(entry.cidr) {
                openings.append(Opening(host: entry.host, range: range))
            } else {
                let path = ["allow", String(position), "cidr"]
                problems.append(.init(path: path, text: "must be a block of addresses such as 10.0.0.0/8"))
            }
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
        self.init(allow: openings, trustRoots: trustRoots)
    }

    /// The public internet and nothing else.
    package static let standard = OutboundPolicy()

    /// The blocks that are open to a host.
    func openings(for host: String) -> [AddressRange] { allow.filter { $0.host == host }.map(\.range) }

    /// Whether a host is opened on this machine's own loopback addresses.
    func opensLoopback(for host: String) -> Bool {
        openings(for: host).contains { range in
            Self.loopback.contains { $0.contains(range.base) && range.prefixLength >= $0.prefixLength }
        }
    }

    private static let loopback = ["127.0.0.0/8", "::1/128"].compactMap { AddressRange($0) }
}
