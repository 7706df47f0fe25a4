package import Foundation

/// An IPv4 or IPv6 address by its bits.
package enum IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 32 bits in host order.
    case v4(UInt32)
    /// 128 bits in host order, without a zone.
    case v6(UInt128)

    /// Reads the usual forms only: four plain decimals, or RFC 4291 2.2.
    ///
    /// No octal, no hexadecimal, no missing parts, no zone, no brackets.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        if let bits = Self.dottedQuad(text) {
            self = .v4(bits)
        } else {
            var address = in6_addr()
            guard text.utf8.contains(UInt8(ascii: ":")), inet_pton(AF_INET6, text, &address) == 1 else { return nil }
            self = .v6(Self.bits(of: address))
        }
    }

    /// The address of a socket address of either family; nil for another family.
    package init?(_ socketAddress: UnsafePointer<sockaddr>) {
        switch Int32(socketAddress.pointee.sa_family) {
        case AF_INET:
            self = socketAddress.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                .v4(UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
            }
        case AF_INET6:
            self = socketAddress.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                .v6(Self.bits(of: $0.pointee.sin6_addr))
            }
        default: return nil
        }
    }

    /// The form that `init` reads; IPv6 is written in full.
    package var description: String {
        switch self {
        case .v4(let bits): (0..<4).map { String(bits >> (24 - 8 * $0) & 0xFF) }.joined(separator: ".")
        case .v6(let bits): (0..<8).map { String(bits >> (112 - 16 * $0) & 0xFFFF, radix: 16) }.joined(separator: ":")
        }
    }

    /// The IPv4 address that an IPv4-mapped one stands for (RFC 4291 2.5.5.2); itself otherwise.
    package var unmapped: IPAddress {
        if case .v6(let bits) = self, bits >> 32 == 0xFFFF { .v4(UInt32(truncatingIfNeeded: bits)) } else { self }
    }

    private static func dottedQuad(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                part == "0" || part.utf8.first != 0x30, let octet = UInt8(part)
            else { return nil }
            bits = bits << 8 | UInt32(octet)
        }
        return bits
    }

    private static func bits(of address: in6_addr) -> UInt128 {
        withUnsafeBytes(of: address) { $0.reduce(0) { $0 << 8 | UInt128($1) } }
    }
}
