import Broker

/// How addresses of JSM read.
package struct URLGrammar: Sendable, Hashable {
    /// Where JSM is mounted, such as `/jira`; empty for the root.
    package let contextPath: String

    package init(contextPath: String = "") { self.contextPath = contextPath }

    /// What a request is for and what its address names.
    package func read(_ target: RequestTarget, method: String) -> RequestReading {
        RequestReading(kind: .unknown)
    }

    /// What a body names.
    ///
    /// - Throws: Why it cannot be told: such a body is refused.
    package func read(body: [UInt8], as form: BodyForm) throws(BodyRefusal) -> NamedPlaces { NamedPlaces() }
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
