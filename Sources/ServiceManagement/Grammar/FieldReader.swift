import Broker

/// Reads the members of a query, or of a form in a body, as a servlet container does.
///
/// Every member counts, whichever of several JSM would take, and in whatever case its name is written.
struct FieldReader {
    /// What the members name.
    var names = NamedPlaces()
    /// Whether a project is named by its number, which tells no portal.
    var hasProjectNumber = false
    /// Whether a password is on its way to JSM: its filters read these members on every path.
    var hasPassword = false

    private enum Meaning {
        case place(PlaceName)
        case projectNumber
        case password
    }

    private static let meanings: [(name: StaticString, meaning: Meaning)] = [
        ("portalid", .place(.portal)), ("portal_id", .place(.portal)), ("portal", .place(.portal)),
        ("statusportalid", .place(.portal)), ("servicedeskid", .place(.serviceDesk)),
        ("requesttypeid", .place(.requestType)), ("issuekey", .place(.issue)), ("issueidorkey", .place(.issue)),
        ("projectkey", .place(.project)), ("projectid", .projectNumber), ("pid", .projectNumber),
        ("os_username", .password), ("os_password", .password), ("os_authtype", .password),
        ("auth_fallback", .password),
    ]

    /// Reads all members; some read `;` between them too.
    mutating func read(_ text: Span<UInt8>, from start: Int = 0) {
        var memberStart = start
        for position in start...text.count {
            guard position == text.count || text[position] == UInt8(ascii: "&") || text[position] == UInt8(ascii: ";")
            else { continue }
            if memberStart < position { readMember(text.extracting(memberStart..<position)) }
            memberStart = position + 1
        }
    }

    private mutating func readMember(_ member: Span<UInt8>) {
        var equals = member.count
        for position in member.indices where member[position] == UInt8(ascii: "=") {
            equals = position
            break
        }
        guard let meaning = Self.meaning(of: member.extracting(..<equals)) else { return }
        let value = Self.decoded(member.extracting(min(equals + 1, member.count)...))
        switch meaning {
        case .place(let name): names.add(value.span, as: name)
        case .password: hasPassword = true
        case .projectNumber where value.isEmpty: break
        case .projectNumber:
            hasProjectNumber = true
            if PlaceText.number(value.span) == nil { names.isUnreadable = true }
        }
    }

    private static func meaning(of name: Span<UInt8>) -> Meaning? {
        for position in name.indices where name[position] == UInt8(ascii: "%") || name[position] == UInt8(ascii: "+") {
            return plainMeaning(of: decoded(name).span)
        }
        return plainMeaning(of: name)
    }

    private static func plainMeaning(of name: Span<UInt8>) -> Meaning? {
        meanings.first { equals(name, $0.name) }?.meaning
    }

    private static func equals(_ name: Span<UInt8>, _ known: StaticString) -> Bool {
        guard name.count == known.utf8CodeUnitCount else { return false }
        return known.withUTF8Buffer { letters in
            name.indices.allSatisfy { name[$0].lowercasedLetter == letters[$0] }
        }
    }

    /// Blanks for `+`, octets for escapes; what is no escape stays as it is.
    static func decoded(_ text: Span<UInt8>) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            if let octet = PathEscape.octet(in: text, at: position) {
                octets.append(octet)
                position += 3
            } else {
                octets.append(text[position] == UInt8(ascii: "+") ? UInt8(ascii: " ") : text[position])
                position += 1
            }
        }
        return octets
    }
}

extension UInt8 {
    /// An ASCII capital as its small letter; anything else as it is.
    var lowercasedLetter: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self + 0x20 : self
    }
}
