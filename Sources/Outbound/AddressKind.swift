import Broker

/// What an address is for, as far as it decides whether we connect to it.
enum AddressKind: Sendable, Hashable {
    /// On the public internet.
    case publicUnicast
    /// Private, loopback or reserved: open to a named host by configuration.
    case special
    /// Link-local, or where clouds hand out credentials: never.
    case forbidden

    /// Looks an address up, and every IPv4 address that travels inside it.
    init(of address: IPAddress) {
        switch address.unmapped {
        case .v4(let bits): self = Self.kind(ofIPv4: bits)
        case .v6(let bits): self = Self.kind(ofIPv6: bits)
        }
    }

    private static func kind(ofIPv4 bits: UInt32) -> AddressKind {
        let address = IPAddress.v4(bits)
        if Blocks.forbidden.contains(where: { $0.contains(address) }) { return .forbidden }
        return Blocks.special.contains { $0.contains(address) } ? .special : .publicUnicast
    }

    private static func kind(ofIPv6 bits: UInt128) -> AddressKind {
        let address = IPAddress.v6(bits)
        if Blocks.forbidden.contains(where: { $0.contains(address) }) { return .forbidden }
        if embedded(in: bits).contains(where: { kind(ofIPv4: $0) == .forbidden }) { return .forbidden }
        // RFC 4291 2.4: all that is assigned for global unicast lies in 2000::/3.
        let isGlobal =
            Blocks.globalUnicast.contains { $0.contains(address) }
            && !Blocks.special.contains { $0.contains(address) }
        return isGlobal ? .publicUnicast : .special
    }

    /// The IPv4 addresses that a translator or tunnel would read out of an IPv6 address.
    private static func embedded(in bits: UInt128) -> [UInt32] {
        let low = UInt32(truncatingIfNeeded: bits)
        return switch UInt32(truncatingIfNeeded: bits >> 96) {
        case 0, 0x0064_FF9B: [low]  // IPv4-compatible and -translated; NAT64 of RFC 6052 2.1 and RFC 8215
        case 0x2001_0000: [~low, UInt32(truncatingIfNeeded: bits >> 64)]  // Teredo client and server, RFC 4380 4
        case 0x2002_0000...0x2002_FFFF: [UInt32(truncatingIfNeeded: bits >> 80)]  // 6to4, RFC 3056 2
        default: []
        }
    }
}

/// The blocks of the IANA special-purpose registries (RFC 6890), and the addresses at which clouds answer for a
/// machine.
private enum Blocks {
    static let globalUnicast = ranges("2000::/3")

    static let forbidden = ranges(
        "169.254.0.0/16", "fe80::/10",  // link-local; AWS, Azure, Google, Oracle metadata
        "100.100.100.200/32",  // Alibaba metadata
        "168.63.129.16/32",  // Azure WireServer
        "192.0.0.192/32",  // Oracle metadata, before
        "fd00:ec2::254/128", "fd00:ec2::23/128",  // AWS metadata and pod identity
        "fd20:ce::254/128",  // Google metadata
        "fd00:42::42/128")  // Scaleway metadata

    static let special = ranges(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")

    private static func ranges(_ texts: String...) -> [AddressRange] { texts.compactMap(AddressRange.init) }
}
