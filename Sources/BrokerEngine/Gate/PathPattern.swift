import ServiceManagement

/// A pattern over whole path segments: `*` stands for characters within one segment, `**` for any number of segments. A
/// pattern that ends in `/*` covers everything below. No regular expressions, nothing over the query.
package struct PathPattern: Sendable, Hashable {
    private let segments: [String]

    /// Parses a pattern such as `/s/**/_/*.css`; nil where it does not start with a slash or holds an empty segment.
    package init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        var segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard !segments.contains(""), segments.filter({ $0 == "**" }).count <= 2 else { return nil }
        if segments.last == "*" { segments[segments.count - 1] = "**" }
        self.segments = segments
    }

    /// Whether a canonical path fits.
    package func matches(_ path: [String]) -> Bool { Self.matches(segments[...], path[...]) }

    private static func matches(_ pattern: ArraySlice<String>, _ path: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first == "**" {
            // At least one segment, so that `/vestibule/*` is not `/vestibule`.
            guard !path.isEmpty else { return false }
            return (1...path.count).contains { matches(pattern.dropFirst(), path.dropFirst($0)) }
        }
        guard let segment = path.first, fits(segment, first) else { return false }
        return matches(pattern.dropFirst(), path.dropFirst())
    }

    private static func fits(_ segment: String, _ pattern: String) -> Bool {
        guard let star = pattern.firstIndex(of: "*") else { return segment == pattern }
        let (head, tail) = (pattern[..<star], pattern[pattern.index(after: star)...])
        return segment.count >= head.count + tail.count && segment.hasPrefix(head) && segment.hasSuffix(tail)
    }
}
