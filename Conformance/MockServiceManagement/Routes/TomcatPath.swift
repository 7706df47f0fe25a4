// SPDX-License-Identifier: Apache-2.0

/// Reads a request target the forgiving way a Tomcat in front of Jira does.
///
/// Path parameters (`;x=y`) are dropped, escapes decoded, empty and dot segments resolved. A gate that decides on the
/// raw path and lets such a target through is caught here, because the request then means something.
enum TomcatPath {
    /// Path and query of a target; the path starts with a slash and has no trailing one, except `/` itself.
    static func split(_ target: String) -> (path: String, query: String) {
        let beforeFragment = target.prefix { $0 != "#" }
        let halves = beforeFragment.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return (normalise(halves.first ?? ""), halves.count == 2 ? String(halves[1]) : "")
    }

    private static func normalise(_ raw: Substring) -> String {
        let bare = raw.split(separator: "/").map { $0.prefix { $0 != ";" } }
        let decoded = bare.joined(separator: "/").removingPercentEncodingOrSame.replacing("\\", with: "/")
        var segments: [Substring] = []
        for segment in decoded.split(separator: "/") where segment != "." {
            if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
        }
        return "/" + segments.joined(separator: "/")
    }
}
