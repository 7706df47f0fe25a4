/// A customer portal's number in JSM, as it stands in its addresses.
package struct PortalID: PortalNumber {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A request type's number in JSM.
package struct RequestTypeID: PortalNumber {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A service desk's number in JSM, which is often its portal's and need not be.
package struct ServiceDeskID: PortalNumber {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A positive number by which JSM names something.
package protocol PortalNumber: Sendable, Hashable, Codable, Comparable, RawRepresentable, CustomStringConvertible,
    ExpressibleByIntegerLiteral
where RawValue == Int64 {
    init(rawValue: Int64)
}

extension PortalNumber {
    package init(integerLiteral value: Int64) { self.init(rawValue: value) }

    /// Reads decimal digits without sign or leading zero.
    ///
    /// Java also reads `+7`, `007` and digits of other scripts as 7. What is written so is nobody's link and is read by
    /// nobody here: whoever asks takes nil for "names something that is not known".
    package init?(decimal text: some StringProtocol) {
        guard (1...18).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "0"),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text)
        else { return nil }
        self.init(rawValue: number)
    }

    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    package var description: String { String(rawValue) }
}
