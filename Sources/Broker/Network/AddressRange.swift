/// A block of addresses in CIDR notation (RFC 4632 3.1), such as `10.0.0.0/8` or `fd00::/8`.
package struct AddressRange: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The first address.
    package let base: IPAddress
    /// How many leading bits are fixed.
    package let prefixLength: Int

    /// Reads CIDR notation.
    ///
    /// Nil where bits behind the prefix are set, which is a slip more often than a wish.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let base = IPAddress(String(parts[0])),
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1])
        else { return nil }
        self.init(base, length)
    }

    private init?(_ base: IPAddress, _ length: Int) {
        guard (0...base.width).contains(length), base.masked(to: length) == base else { return nil }
        self.base = base
        prefixLength = length
    }

    /// Whether an address lies in the block.
    ///
    /// An IPv4-mapped address is the IPv4 address.
    package func contains(_ address: IPAddress) -> Bool {
        let address = address.unmapped
        return address.width == base.width && address.masked(to: prefixLength) == base
    }

    /// The notation that `init` reads.
    package var description: String { "\(base)/\(prefixLength)" }
}

extension IPAddress {
    fileprivate var width: Int { if case .v4 = self { 32 } else { 128 } }

    fileprivate func masked(to length: Int) -> IPAddress {
        switch self {
        case .v4(let bits): .v4(length == 0 ? 0 : bits & (UInt32.max << UInt32(32 - length)))
        case .v6(let bits): .v6(length == 0 ? 0 : bits & (UInt128.max << UInt128(128 - length)))
        }
    }
}

extension AddressRange {
    /// Reads the text form.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let range = AddressRange(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a block of addresses")
        }
        self = range
    }

    /// Writes the text form.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
