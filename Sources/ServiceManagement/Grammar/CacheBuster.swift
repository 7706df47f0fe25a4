import Broker

/// Decides whether a path under `/s/` is what it looks like.
///
/// JSM forwards `/s/ANYTHING/_/REST` to `/REST`, so that browsers may keep scripts for ever. That leads to every page and
/// call there is, and is an asset only where the rest is one.
enum CacheBuster {
    private static let folders: [StaticString] = [
        "download/resources/", "download/batch/", "download/contextbatch/", "download/superbatch/", "images/",
        "static/",
        "static-assets/", "styles/",
    ]
    private static let endings: [StaticString] = [
        ".css", ".js", ".map", ".ico", ".png", ".gif", ".jpg", ".svg", ".woff", ".woff2",
    ]

    /// Whether the path behind the last `_` is a script, a style or an image.
    static func isAsset(_ path: Span<UInt8>) -> Bool {
        var position = 0
        var restStart: Int?
        while let segment = RouteTable.segment(of: path, after: &position) {
            if segment.count == 1, path[segment.lowerBound] == UInt8(ascii: "_") { restStart = segment.upperBound + 1 }
        }
        // Without one nothing is forwarded.
        guard let restStart else { return true }
        guard restStart < path.count else { return false }
        let rest = path.extracting(restStart...)
        if folders.contains(where: { rest.starts(with: $0) }) { return true }
        for index in rest.indices where rest[index] == UInt8(ascii: "/") { return false }
        return endings.contains { rest.ends(with: $0) }
    }
}

extension Span<UInt8> {
    /// Whether these octets begin with those of a text.
    fileprivate func starts(with text: StaticString) -> Bool { holds(text, at: 0) }

    /// Whether these octets end with those of a text.
    fileprivate func ends(with text: StaticString) -> Bool { holds(text, at: count - text.utf8CodeUnitCount) }

    private func holds(_ text: StaticString, at start: Int) -> Bool {
        guard start >= 0, start + text.utf8CodeUnitCount <= count else { return false }
        return text.withUTF8Buffer { letters in letters.indices.allSatisfy { self[start + $0] == letters[$0] } }
    }
}
