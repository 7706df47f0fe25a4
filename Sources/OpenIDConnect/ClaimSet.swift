import Foundation
package import JOSE

/// Claims of one verified token or UserInfo answer.
///
/// Names compare by octets; no name is present twice.
public struct ClaimSet: Sendable, Hashable, CustomStringConvertible {
    package let object: JSONObject

    package init(_ object: JSONObject) { self.object = object }

    /// The names in the order in which the OP wrote them.
    public var names: [String] { object.keys }

    /// Whether a claim is present, be it null.
    public func contains(_ name: String) -> Bool { object.contains(name) }

    /// The text of a claim that is one string.
    public func string(_ name: String) -> String? { object.string(name) }

    /// The texts of a claim that is a list of strings and nothing else.
    public func strings(_ name: String) -> [String]? { object.strings(name) }

    /// The truth value of a claim that is JSON `true` or `false`; the string `"true"` is neither.
    public func bool(_ name: String) -> Bool? { object.bool(name) }

    /// The number of a claim that is an integer.
    public func integer(_ name: String) -> Int64? { object.int64(name) }

    /// The claims within a claim that is an object, such as Keycloak's `realm_access`.
    public func object(_ name: String) -> ClaimSet? { object.object(name).map(ClaimSet.init) }

    /// Never the claims, which are about a person.
    public var description: String { "<claims>" }

    /// A NumericDate (RFC 7519 section 2).
    package func time(_ name: String) -> TimeClaim {
        do throws(JOSEError) {
            return try object.numericDate(name).map(TimeClaim.seconds) ?? .absent
        } catch {
            return .malformed
        }
    }
}

/// A claim that tells a time.
package enum TimeClaim: Sendable, Hashable {
    /// It is not there.
    case absent
    /// It is not a NumericDate.
    case malformed
    /// Whole seconds since 1970.
    case seconds(Int64)
}
