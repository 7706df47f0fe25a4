import Broker

/// The rows of a table as a tree in flat arrays: a path is read in one walk, without a copy.
struct RouteTable: Sendable {
    /// What a placeholder's segment names.
    enum Place: String, Sendable {
        case portal, desk, type, key, project
        case nothing = "any"
    }

    /// The table of JSM's paths.
    static let standard = RouteTable(Routes.all)

    private struct Node {
        var firstEdge: Int32 = 0
        var edges: Int32 = 0
        var place: Place?
        /// The node behind the placeholder.
        var next: Int32 = 0
        /// The route of a path that ends here.
        var route: Int32 = -1
        /// The route of all that goes on from here.
        var rest: Int32 = -1
    }

    private struct Edge {
        var start: Int32
        var count: Int32
        var next: Int32
    }

    private var nodes: [Node] = []
    private var edges: [Edge] = []
    private var letters: [UInt8] = []
    /// The rows, in the order of the table.
    let routes: [Route]

    init(_ routes: [Route]) {
        self.routes = routes
        _ = add(routes.enumerated().map { ($0.offset, $0.element.path.split(separator: "/")[...]) })
    }

    /// Adds the node for what is left of some rows.
    private mutating func add(_ rows: [(index: Int, left: ArraySlice<Substring>)]) -> Int32 {
        let number = nodes.count
        nodes.append(Node())
        var words: [(word: Substring, rows: [(Int, ArraySlice<Substring>)])] = []
        var behindPlace: [(Int, ArraySlice<Substring>)] = []
        for (index, left) in rows {
            guard let segment = left.first else {
                nodes[number].route = Int32(index)
                continue
            }
            if segment == "**" {
                nodes[number].rest = Int32(index)
            } else if segment.first == "{" {
                nodes[number].place = Place(rawValue: String(segment.dropFirst().dropLast()))
                behindPlace.append((index, left.dropFirst()))
            } else if let known = words.firstIndex(where: { $0.word == segment }) {
                words[known].rows.append((index, left.dropFirst()))
            } else {
                words.append((segment, [(index, left.dropFirst())]))
            }
        }
        let behindWords = words.map { add($0.rows) }
        nodes[number].firstEdge = Int32(edges.count)
        nodes[number].edges = Int32(words.count)
        for ((word, _), next) in zip(words, behindWords) {
            edges.append(Edge(start: Int32(letters.count), count: Int32(word.utf8.count), next: next))
            letters.append(contentsOf: word.utf8)
        }
        if nodes[number].place != nil { nodes[number].next = add(behindPlace) }
        return Int32(number)
    }

    /// The route of a canonical path, and what its segments name on the way.
    ///
    /// Names count whether or not a route is found in the end.
    func route(of path: Span<UInt8>, from start: Int, names: inout NamedPlaces) -> Route? {
        var node = 0
        var rest: Int32 = -1
        var position = start
        while let segment = Self.segment(of: path, after: &position) {
            if nodes[node].rest >= 0 { rest = nodes[node].rest }
            if let next = word(path, segment, at: node) {
                node = next
            } else if let place = nodes[node].place {
                names.add(path.extracting(segment), as: place)
                node = Int(nodes[node].next)
            } else {
                return rest < 0 ? nil : routes[Int(rest)]
            }
        }
        if nodes[node].route >= 0 { return routes[Int(nodes[node].route)] }
        if nodes[node].rest >= 0 { rest = nodes[node].rest }
        return rest < 0 ? nil : routes[Int(rest)]
    }

    private func word(_ path: Span<UInt8>, _ segment: Range<Int>, at node: Int) -> Int? {
        let first = Int(nodes[node].firstEdge)
        for index in first..<first + Int(nodes[node].edges) where edges[index].count == segment.count {
            let offset = Int(edges[index].start) - segment.lowerBound
            if segment.allSatisfy({ letters[offset + $0] == path[$0] }) { return Int(edges[index].next) }
        }
        return nil
    }

    /// The next segment behind a position, which moves to its end; empty ones do not count.
    static func segment(of path: Span<UInt8>, after position: inout Int) -> Range<Int>? {
        while position < path.count, path[position] == UInt8(ascii: "/") { position += 1 }
        let start = position
        while position < path.count, path[position] != UInt8(ascii: "/") { position += 1 }
        return start < position ? start..<position : nil
    }
}
