import Broker

extension NamedPlaces {
    /// Takes in a segment of a path.
    mutating func add(_ text: Span<UInt8>, as place: RouteTable.Place) {
        switch place {
        case .portal: addPortal(PlaceText.number(text))
        case .desk: addServiceDesk(PlaceText.number(text))
        case .type: addRequestType(PlaceText.number(text))
        case .key: addProject(PlaceText.projectOfIssue(text))
        case .project: addProject(PlaceText.project(text))
        case .nothing: break
        }
    }

    /// Takes in a value by the name that it has in a query, a form or JSON; an empty one names nothing.
    mutating func add(_ text: Span<UInt8>, as meaning: PlaceName) {
        guard !text.isEmpty else { return }
        switch meaning {
        case .portal: addPortal(PlaceText.number(text))
        case .serviceDesk: addServiceDesk(PlaceText.number(text))
        case .requestType: addRequestType(PlaceText.number(text))
        case .issue: addProject(PlaceText.projectOfIssue(text))
        case .project: addProject(PlaceText.project(text))
        }
    }

    private mutating func addPortal(_ number: Int64?) {
        guard let number else { return isUnreadable = true }
        portals.insert(PortalID(rawValue: number))
    }

    private mutating func addServiceDesk(_ number: Int64?) {
        guard let number else { return isUnreadable = true }
        serviceDesks.insert(ServiceDeskID(rawValue: number))
    }

    private mutating func addRequestType(_ number: Int64?) {
        guard let number else { return isUnreadable = true }
        requestTypes.insert(RequestTypeID(rawValue: number))
    }

    private mutating func addProject(_ key: String?) {
        guard let key else { return isUnreadable = true }
        projects.insert(key)
    }
}

/// What a named value names.
enum PlaceName: Sendable {
    case portal
    case serviceDesk
    case requestType
    case issue
    case project
}

/// Reads the numbers and keys by which JSM names things.
enum PlaceText {
    /// Decimal digits without sign or leading zero, as `PortalNumber` reads them.
    static func number(_ text: Span<UInt8>) -> Int64? {
        guard (1...18).contains(text.count), text[0] != UInt8(ascii: "0") else { return nil }
        var number: Int64 = 0
        for position in text.indices {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = text[position] else { return nil }
            number = number * 10 + Int64(text[position] - UInt8(ascii: "0"))
        }
        return number
    }

    /// The project of an issue key, in capitals; JSM reads keys in either case.
    static func projectOfIssue(_ text: Span<UInt8>) -> String? {
        var hyphen = text.count
        for position in text.indices.reversed() where text[position] == UInt8(ascii: "-") {
            hyphen = position
            break
        }
        guard hyphen < text.count, number(text.extracting((hyphen + 1)...)) != nil else { return nil }
        return project(text.extracting(..<hyphen))
    }

    /// A project key, in capitals.
    static func project(_ text: Span<UInt8>) -> String? {
        guard (1...255).contains(text.count), letter(text[0]) != nil else { return nil }
        for position in text.indices {
            guard letter(text[position]) != nil || isDigitOrUnderscore(text[position]) else { return nil }
        }
        return String(unsafeUninitializedCapacity: text.count) { octets in
            for position in text.indices { octets[position] = letter(text[position]) ?? text[position] }
            return text.count
        }
    }

    /// A letter in capitals; nil for what is none.
    private static func letter(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): octet
        case UInt8(ascii: "a")...UInt8(ascii: "z"): octet - 0x20
        default: nil
        }
    }

    private static func isDigitOrUnderscore(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) || octet == UInt8(ascii: "_")
    }
}
