package import Broker
package import Foundation
import JOSE

/// Where the reading of a directory goes on.
///
/// It comes back from the store. It is held against the settings all the same, for a cursor of another tenant would
/// have people of that one taken for ours.
package struct DirectoryCursor: Sendable, Hashable {
    /// The rule of the error that refuses a cursor: the reading begins again, with none.
    package static let rule = "directory_cursor"
    /// The most octets.
    static let maximumBytes = 262_144
    /// The most pages of one reading.
    package static let maximumPages = 10_000

    /// What is read: vendor, tenant, and whatever else another cursor does not fit.
    private let scope: String
    /// The vendor's own words.
    package var values: [String: String]

    /// A cursor at the start where there are no bytes.
    package init(_ data: Data?, scope: String) throws(LoginError) {
        self.scope = scope
        guard let data else {
            values = [:]
            return
        }
        guard data.count <= Self.maximumBytes else { throw Self.refused("is too long") }
        let object: JSONObject
        do throws(JOSEError) {
            object = try JSONObject.parse(data)
        } catch {
            throw Self.refused("is not JSON: \(error.code.rawValue)")
        }
        guard object.string("scope")?.hasSameBytes(as: scope) == true else {
            throw Self.refused("is of other settings")
        }
        guard let said = object.object("values") else { throw Self.refused("is malformed") }
        var values: [String: String] = [:]
        for name in said.keys {
            guard let value = said.string(name) else { throw Self.refused("is malformed") }
            values[name] = value
        }
        self.values = values
    }

    /// The bytes to keep.
    package var data: Data {
        let pairs = values.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
        let object: JSONObject = ["scope": .string(scope), "values": .object(JSONObject(pairs))]
        return Data(object.serialized())
    }

    /// The number under a name, if it is one from 0 on.
    package func number(_ name: String) throws(LoginError) -> Int? {
        guard let text = values[name] else { return nil }
        guard text.utf8.count <= 15, let number = Int(text), number >= 0 else { throw Self.refused("is malformed") }
        return number
    }

    /// Counts a page that is not the last; pages without end are an error.
    package mutating func countPage() throws(LoginError) {
        let pages = (try number("pages") ?? 0) + 1
        guard pages < Self.maximumPages else {
            throw LoginError(.upstreamInvalid, detail: "directory: more than \(Self.maximumPages) pages")
        }
        values["pages"] = String(pages)
    }

    /// Refuses a cursor.
    package static func refused(_ problem: String) -> LoginError {
        LoginError(.malformedRequest, detail: "directory: the cursor \(problem)", rule: rule)
    }
}
