package import Broker

/// The name of an organization, from configuration.
package struct OrganizationID: StringIdentifier, ExpressibleByStringLiteral {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral value: String) { self.rawValue = value }
}

/// The name of a site, from configuration; the audience of its session tokens.
package struct SiteID: StringIdentifier, ExpressibleByStringLiteral {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral value: String) { self.rawValue = value }
}

/// A customer's own id: random, so that it is a pseudonym in the audit log and `sub` in the session token.
package struct CustomerID: StringIdentifier, ExpressibleByStringLiteral {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral value: String) { self.rawValue = value }

    /// A new id of 130 random bits.
    package static func random(_ randomness: Randomness) -> CustomerID {
        CustomerID(rawValue: "c_" + Base32.encode(randomness.bytes(17)).prefix(26))
    }
}

/// A session's id, `sid` in the session token.
///
/// It is no credential: the handle is.
package struct SessionID: StringIdentifier, ExpressibleByStringLiteral {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral value: String) { self.rawValue = value }

    /// A new id of 130 random bits.
    package static func random(_ randomness: Randomness) -> SessionID {
        SessionID(rawValue: "s_" + Base32.encode(randomness.bytes(17)).prefix(26))
    }
}

/// The reference id of one login or one refusal: what a person reads to a help desk.
///
/// Not a credential.
///
/// Twelve characters without look-alikes: seven of time, so that references sort by age, and five of chance.
package struct Reference: StringIdentifier, ExpressibleByStringLiteral {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral value: String) { self.rawValue = value }

    /// A new reference.
    package static func make(at time: Timestamp, _ randomness: Randomness) -> Reference {
        let seconds = UInt64(max(0, time.seconds))
        let clock = (0..<7).reversed().map { Base32.alphabet[Int(seconds >> (UInt64($0) * 5)) & 31] }
        return Reference(
            rawValue: String(decoding: clock, as: UTF8.self) + Base32.encode(randomness.bytes(4)).prefix(5))
    }

    /// Reads a reference as a person types it: any case, with or without hyphens, `O` for `0`, `I` and `L` for `1`.
    package init?(typed text: String) {
        let cleaned = text.lowercased().filter { $0 != "-" && $0 != " " }
            .map { ["o": "0", "i": "1", "l": "1"][$0] ?? $0 }
        guard cleaned.count == 12, cleaned.allSatisfy({ $0.isASCII && Base32.alphabet.contains($0.asciiValue ?? 0) })
        else { return nil }
        rawValue = String(cleaned)
    }

    /// In groups of four, as pages show it.
    package var displayed: String {
        stride(from: 0, to: rawValue.count, by: 4)
            .map { String(rawValue.uppercased().dropFirst($0).prefix(4)) }.joined(separator: "-")
    }
}

/// Crockford's base 32 in lower case: no `i`, `l`, `o` or `u`.
package enum Base32 {
    package static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The octets, five bits a character; the last character carries what is left.
    package static func encode(_ octets: [UInt8]) -> String {
        var (buffer, bits, output) = (UInt32(0), 0, [UInt8]())
        for octet in octets {
            buffer = buffer << 8 | UInt32(octet)
            bits += 8
            while bits >= 5 {
                bits -= 5
                output.append(alphabet[Int(buffer >> UInt32(bits)) & 31])
            }
        }
        if bits > 0 { output.append(alphabet[Int(buffer << UInt32(5 - bits)) & 31]) }
        return String(decoding: output, as: UTF8.self)
    }
}
