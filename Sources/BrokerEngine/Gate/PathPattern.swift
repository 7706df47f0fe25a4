import ServiceManagement

/// A pattern over whole path segments.
///
/// `*` stands for characters within one segment, `**` for any number of segments, at least one. A pattern that ends in
/// `/*` covers everything below. No regular expressions, nothing over the query.
package struct PathPattern: Sendable, Hashable {
    private let segments: [String]

    /// Parses a pattern such as `/s/**/_/*.css`; nil where it does not start with a slash or holds an empty segment.
    package init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        var segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard !segments.contains(""), segments.allSatisfy({ $0 == "**" || $0.count(where: { $0 == "*" }) <= 1 }) else {
            return nil
        }
        if segments.last == "*" { segments[segments.count - 1] = "**" }
        self.segments = segments
    }

    /// Whether a canonical path fits.
    ///
    /// Takes at most length of pattern times length of path steps: strangers choose the path.
    package func matches(_ path: [String]) -> Bool {
        var (position, next) = (0, 0)
        // Where to go on if the last `**` takes one segment more. An earlier `**` need not be tried again.
        var resume: (position: Int, next: Int)?
        while position < path.count {
            if next < segments.count, segments[next] == "**" {
                // At least one segment, so that `/vestibule/*` is not `/vestibule`.
                (position, next) = (position + 1, next + 1)
                resume = (position, next)
            } else if next < segments.count, Self.fits(path[position], segments[next]) {
                (position, next) = (position + 1, next + 1)
            } else if let last = resume {
                (position, next) = (last.position + 1, last.next)
                resume = (position, next)
            } else {
                return false
            }
        }
        return next == segments.count
    }

    private static func fits(_ segment: String, _ pattern: String) -> Bool {
        guard let star = pattern.firstIndex(of: "*") else { return segment == pattern }
        let (head, tail) = (pattern[..<star], pattern[pattern.index(after: star)...])
        return segment.count >= head.count + tail.count && segment.hasPrefix(head) && segment.hasSuffix(tail)
    }
}
