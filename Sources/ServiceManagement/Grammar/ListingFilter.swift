import Broker

/// A listing of JSM that names portals of which a person may see some only.
package enum ListingForm: String, Sendable, Hashable, CaseIterable {
    /// `GET /rest/servicedeskapi/servicedesk`.
    case serviceDesks = "service_desks"
    /// `GET /rest/servicedeskapi/portals`.
    case portals
    /// `GET /rest/servicedeskapi/request`.
    case requests
    /// The answer of `POST /rest/servicedesk/1/customer/models`.
    case models
}

/// Takes from a listing what a person may not see.
///
/// What stays is copied octet for octet. An answer that cannot be read, or is no listing, is not passed on.
package struct ListingFilter: Sendable, Hashable {
    /// What is listed.
    package let form: ListingForm

    package init(_ form: ListingForm) { self.form = form }

    /// The listing that a request asks for; nil where its answer lists nothing.
    package static func form(of target: RequestTarget, method: String, contextPath: String = "") -> ListingForm? {
        let context = contextPath.split(separator: "/").map(String.init)
        guard target.segments.starts(with: context) else { return nil }
        switch (target.segments.dropFirst(context.count).joined(separator: "/"), method) {
        case ("rest/servicedeskapi/servicedesk", "GET"): return .serviceDesks
        case ("rest/servicedeskapi/portals", "GET"): return .portals
        case ("rest/servicedeskapi/request", "GET"): return .requests
        case ("rest/servicedesk/1/customer/models", _): return .models
        default: return nil
        }
    }

    /// The answer without the entries that are not permitted; nil where it cannot be read and so is not passed on.
    package func filtered(_ body: [UInt8], permits: (NamedPlaces) -> Bool) -> [UInt8]? {
        guard let value = try? JSONText.value(of: body), case .object(let members) = value.content else { return nil }
        if form != .models {
            guard let values = members.first(where: { $0.name == "values" }), case .array = values.value.content
            else { return nil }
        }
        return withoutActuallyEscaping(permits) { permits in
            ListingWriter(text: body, form: form, permits: permits).written(value)
        }
    }
}

/// Writes a listing without what is not permitted.
private struct ListingWriter {
    let text: [UInt8]
    let form: ListingForm
    let permits: (NamedPlaces) -> Bool

    /// The answer.
    func written(_ root: JSONText.Value) -> [UInt8] { value(root, list: "") ?? Array(text[root.range]) }

    /// A value as it is to be; nil where that is as it was.
    private func value(_ value: JSONText.Value, list: String) -> [UInt8]? {
        switch value.content {
        case .array(let elements): array(elements, list: list)?.octets
        case .object(let members): object(members, list: list)
        case .string, .number, .literal: nil
        }
    }

    private func array(_ elements: [JSONText.Value], list: String) -> (octets: [UInt8], removed: Int)? {
        let kept = elements.filter { isPermitted($0, list: list) }
        let written = kept.map { ($0.range, value($0, list: list)) }
        guard kept.count < elements.count || written.contains(where: { $0.1 != nil }) else { return nil }
        let parts = written.map { $0.1 ?? Array(text[$0.0]) }
        return (
            [UInt8(ascii: "[")] + Array(parts.joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "]")],
            elements.count - kept.count
        )
    }

    private func object(_ members: [(name: String, value: JSONText.Value)], list: String) -> [UInt8]? {
        var changed: [Int: [UInt8]] = [:]
        var removed = 0
        for (index, member) in members.enumerated() {
            if case .array(let elements) = member.value.content {
                guard let array = array(elements, list: member.name) else { continue }
                changed[index] = array.octets
                removed += array.removed
            } else if case .object = member.value.content, !isPermitted(member.value, list: member.name) {
                changed[index] = Array("null".utf8)
            } else {
                changed[index] = value(member.value, list: member.name)
            }
        }
        for (index, member) in members.enumerated() where removed > 0 && Self.counts.contains(member.name) {
            guard case .number = member.value.content, let count = Int(string(member.value)) else { continue }
            changed[index] = Array(String(max(0, count - removed)).utf8)
        }
        guard !changed.isEmpty else { return nil }
        return rewritten(members, changed)
    }

    private static let counts: Set<String> = ["size", "total", "totalCount", "totalResults"]

    /// The octets of an object with some of its values changed, and nothing between them.
    private func rewritten(_ members: [(name: String, value: JSONText.Value)], _ changed: [Int: [UInt8]]) -> [UInt8] {
        var octets = [UInt8(ascii: "{")]
        for (index, member) in members.enumerated() {
            if index > 0 { octets.append(UInt8(ascii: ",")) }
            octets.append(contentsOf: Self.quoted(member.name))
            octets.append(UInt8(ascii: ":"))
            octets.append(contentsOf: changed[index] ?? Array(text[member.value.range]))
        }
        octets.append(UInt8(ascii: "}"))
        return octets
    }

    private static func quoted(_ name: String) -> [UInt8] {
        var octets = [UInt8(ascii: "\"")]
        for octet in name.utf8 {
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): octets += [UInt8(ascii: "\\"), octet]
            case 0..<0x20: octets += Array("\\u00\(octet < 16 ? "0" : "")\(String(octet, radix: 16))".utf8)
            default: octets.append(octet)
            }
        }
        return octets + [UInt8(ascii: "\"")]
    }

    private func string(_ value: JSONText.Value) -> String { String(decoding: text[value.range], as: UTF8.self) }
}

// MARK: Which entries

extension ListingWriter {
    /// Whether an entry stays.
    ///
    /// What names nothing is no entry, but in a listing of the API everything is one.
    private func isPermitted(_ entry: JSONText.Value, list: String) -> Bool {
        let isListed = form != .models && list == "values"
        guard case .object(let members) = entry.content else { return !isListed }
        let names = names(of: members, list: list)
        if names.isUnreadable { return false }
        return names.isEmpty ? !isListed : permits(names)
    }

    private func names(of members: [(name: String, value: JSONText.Value)], list: String) -> NamedPlaces {
        var names = NamedPlaces()
        for (name, value) in members {
            guard let meaning = meaning(of: name, list: list) else { continue }
            names.add(value, in: text, as: meaning)
        }
        return names
    }

    private func meaning(of name: String, list: String) -> PlaceName? {
        switch (name, list, form) {
        case ("id", "values", .serviceDesks): .serviceDesk
        case ("id", "values", .portals): .portal
        case ("id", "portal", .models), ("id", "portals", .models), ("id", "sharedPortal", .models),
            ("id", "popularPortals", .models), ("id", "recentPortals", .models):
            .portal
        case ("id", "reqTypes", .models), ("id", "requestTypes", .models), ("id", "recentRequestTypes", .models),
            ("id", "reqCreate", .models):
            .requestType
        case ("key", "requestList", .models), ("key", "reqDetails", .models), ("issueKey", _, _): .issue
        case ("portalId", _, _): .portal
        case ("serviceDeskId", _, _): .serviceDesk
        case ("requestTypeId", _, _): .requestType
        case ("projectKey", _, _): .project
        default: nil
        }
    }
}
