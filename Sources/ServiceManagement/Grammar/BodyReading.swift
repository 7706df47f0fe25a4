import Broker

extension URLGrammar {
    /// The most octets of a body that is read: a request with several long texts in it.
    package static let maximumBodyBytes = 256 * 1024

    /// What a body names.
    ///
    /// - Throws: Why it cannot be told: such a body is refused.
    package func read(body: [UInt8], as form: BodyForm) throws(BodyRefusal) -> NamedPlaces {
        guard body.count <= Self.maximumBodyBytes else { throw .tooLarge }
        switch form {
        case .models: return try ModelsBody.names(in: body)
        case .request: return try RequestBody.names(in: body)
        case .form: return try FormBody.names(in: body)
        // The number tells no portal: whether the issue is theirs, JSM knows and we do not.
        case .issueNumber: return NamedPlaces()
        }
    }
}

/// Why a body is refused.
package enum BodyRefusal: String, Error, Sendable, CaseIterable, CustomStringConvertible {
    /// Larger than what is read of one.
    case tooLarge = "too_large"
    /// Not JSON, or not the JSON that belongs here.
    case malformed
    /// A member twice, of which JSM may read the other one.
    case duplicateMember = "duplicate_member"
    /// Deeper than any that is honest.
    case tooDeep = "too_deep"

    /// The code only.
    package var description: String { rawValue }
}

/// A body of `POST /rest/servicedesk/1/customer/models`: names stand in its options, at any depth.
enum ModelsBody {
    static func names(in body: [UInt8]) throws(BodyRefusal) -> NamedPlaces {
        guard case .object(let members) = try JSONText.value(of: body).content else { throw .malformed }
        var names = NamedPlaces()
        for (_, value) in members { collect(value, in: body, parent: "", into: &names) }
        return names
    }

    private static func collect(
        _ value: JSONText.Value, in body: [UInt8], parent: String, into names: inout NamedPlaces
    ) {
        switch value.content {
        case .array(let elements):
            for element in elements { collect(element, in: body, parent: parent, into: &names) }
        case .object(let members):
            for (name, value) in members {
                let name = name.lowercased()
                if let meaning = meaning(of: name, in: parent) {
                    // A portal stands there as an object too, whose `id` is its number.
                    if name == "portal", case .object = value.content {
                    } else if meaning == nil {
                        names.addUnmappable(value, in: body)
                    } else if let place = meaning {
                        names.add(value, in: body, as: place)
                    }
                }
                collect(value, in: body, parent: name, into: &names)
            }
        case .string, .number, .literal: break
        }
    }

    /// What a member names; `.some(nil)` is something that is known to nobody.
    private static func meaning(of name: String, in parent: String) -> PlaceName?? {
        switch (name, parent) {
        case ("portalid", _), ("portal_id", _), ("statusportalid", _), ("portal", _), ("id", "portal"),
            ("id", "sharedportal"):
            .some(.portal)
        case ("servicedeskid", _): .some(.serviceDesk)
        case ("requesttypeid", _), ("id", "reqcreate"): .some(.requestType)
        case ("key", _), ("issuekey", _), ("reqkey", _), ("requestkey", _): .some(.issue)
        case ("projectkey", _): .some(.project)
        case ("projectid", _), ("pid", _): .some(nil)
        default: .none
        }
    }
}

/// A body of `POST /rest/servicedeskapi/request`: desk and type stand at its top.
enum RequestBody {
    static func names(in body: [UInt8]) throws(BodyRefusal) -> NamedPlaces {
        guard case .object(let members) = try JSONText.value(of: body).content else { throw .malformed }
        var names = NamedPlaces()
        for (name, value) in members {
            switch name.lowercased() {
            case "servicedeskid": names.add(value, in: body, as: .serviceDesk)
            case "requesttypeid": names.add(value, in: body, as: .requestType)
            case "portalid": names.add(value, in: body, as: .portal)
            case "projectkey": names.add(value, in: body, as: .project)
            case "issuekey": names.add(value, in: body, as: .issue)
            case "projectid": names.addUnmappable(value, in: body)
            default: break
            }
        }
        // Without both JSM makes no request, unless it knows more than we do.
        if names.serviceDesks.isEmpty || names.requestTypes.isEmpty { names.isUnreadable = true }
        return names
    }
}

/// A form that makes a request.
///
/// Its address names portal and type; whatever else it names counts too.
enum FormBody {
    static func names(in body: [UInt8]) throws(BodyRefusal) -> NamedPlaces {
        // No multipart and no JSON: there a field can stand in ways that a form does not have.
        guard body.allSatisfy({ (0x21...0x7E).contains($0) }), body.first != UInt8(ascii: "{"),
            body.first != UInt8(ascii: "["), !body.starts(with: "--".utf8)
        else { throw .malformed }
        var fields = FieldReader()
        fields.read(body.span)
        // A password in a form is a sign-in on every path.
        if fields.hasPassword { fields.names.isUnreadable = true }
        return fields.names
    }
}

extension NamedPlaces {
    /// Takes in a value of JSON: a string or a whole number; `""` names nothing, and anything else cannot be read.
    mutating func add(_ value: JSONText.Value, in text: [UInt8], as meaning: PlaceName) {
        switch value.content {
        case .string(let string): add(string.utf8.span, as: meaning)
        case .number where meaning != .issue && meaning != .project:
            add(text.span.extracting(value.range), as: meaning)
        case .number, .literal, .array, .object: isUnreadable = true
        }
    }

    /// Takes in what names a place by a number that nobody here can map.
    mutating func addUnmappable(_ value: JSONText.Value, in text: [UInt8]) {
        if case .string("") = value.content { return }
        isUnreadable = true
    }
}
