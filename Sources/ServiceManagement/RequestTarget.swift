import Broker

/// A request target with one reading: the path in decoded segments, and the query as it came.
package struct RequestTarget: Sendable, Hashable {
    /// The path as it was sent.
    package let path: String
    /// The query as it was sent, without the question mark; nil where there is none.
    package let query: String?
    /// The path's segments, decoded once, none of them empty; `/` has none.
    package let segments: [String]
    /// Whether the path ends with a slash.
    package let endsWithSlash: Bool

    /// Reads a target in origin form, octets as the client sent them.
    ///
    /// - Throws: Why it is a bad request.
    package init(_ raw: String) throws(TargetRefusal) {
        if let refusal = CanonicalPath.refusal(of: raw) { throw refusal }
        let parts = raw.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = parts.count == 2 ? String(parts[1]) : nil
        segments = path.split(separator: "/").map { Self.decoded($0) }
        endsWithSlash = path.hasSuffix("/")
    }

    /// Decodes escapes that have been checked before.
    private static func decoded(_ segment: Substring) -> String {
        guard segment.utf8.contains(UInt8(ascii: "%")) else { return String(segment) }
        var octets: [UInt8] = []
        let text = Array(segment.utf8)
        var position = 0
        while position < text.count {
            if let octet = PathEscape.octet(in: text.span, at: position) {
                octets.append(octet)
                position += 3
            } else {
                octets.append(text[position])
                position += 1
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
