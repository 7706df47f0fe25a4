import Broker

/// How addresses of JSM read.
///
/// One table for all of them. What it does not know is `unknown`, and so is what differs from a known path in case
/// only, or is not below the context path.
package struct URLGrammar: Sendable, Hashable {
    /// Where JSM is mounted, such as `/jira`; empty for the root.
    package let contextPath: String

    package init(contextPath: String = "") { self.contextPath = contextPath }

    /// What a request is for and what its address names.
    package func read(_ target: RequestTarget, method: String) -> RequestReading {
        guard let query = target.query else {
            return read(path: target.path.utf8.span, query: Span(), hasQuery: false, method: method)
        }
        return read(path: target.path.utf8.span, query: query.utf8.span, hasQuery: true, method: method)
    }

    /// The same for a raw target that has been found canonical, without a copy of it.
    package func read(canonical target: Span<UInt8>, method: String) -> RequestReading {
        for position in target.indices where target[position] == UInt8(ascii: "?") {
            return read(
                path: target.extracting(..<position), query: target.extracting((position + 1)...), hasQuery: true,
                method: method)
        }
        return read(path: target, query: Span(), hasQuery: false, method: method)
    }

    /// Whether a target looks like an asset and is forwarded to a page or call of JSM.
    package func isForwarded(_ target: RequestTarget) -> Bool {
        let path = target.path.utf8.span
        var names = NamedPlaces()
        guard let start = contextEnd(in: path),
            case .cacheBuster? = RouteTable.standard.route(of: path, from: start, names: &names)?.proviso
        else { return false }
        return !CacheBuster.isAsset(path)
    }

    private func read(path: Span<UInt8>, query: Span<UInt8>, hasQuery: Bool, method: String) -> RequestReading {
        var names = NamedPlaces()
        let start = contextEnd(in: path)
        let route = start.flatMap { RouteTable.standard.route(of: path, from: $0, names: &names) }
        var reading = reading(of: route, path: path, query: query, hasQuery: hasQuery, method: method)
        guard hasQuery else {
            reading.names = names
            return reading
        }
        // A project's number beside a portal's is what JSM's own form sends; alone it names nobody knows what.
        let namesPortal = !names.portals.isEmpty
        var fields = FieldReader()
        fields.read(query)
        names.formUnion(fields.names)
        if fields.hasProjectNumber && !namesPortal { names.isUnreadable = true }
        if fields.hasPassword { reading.kind = .passwordLogin }
        reading.names = names
        return reading
    }

    private func reading(
        of route: Route?, path: Span<UInt8>, query: Span<UInt8>, hasQuery: Bool, method: String
    ) -> RequestReading {
        guard let route else { return RequestReading(kind: .unknown) }
        let isLook = method == "GET" || method == "HEAD"
        var reading = RequestReading(kind: isLook ? route.look : route.act, body: isLook ? nil : route.body)
        switch route.proviso {
        case .mailLink(let link):
            if link.isMet(method: method, query: query, hasQuery: hasQuery), path[path.count - 1] != UInt8(ascii: "/") {
                reading.kind = .mailLink
            }
        case .cacheBuster where !CacheBuster.isAsset(path): reading.kind = .unknown
        case .issueNumber: reading.body = .issueNumber
        case .cacheBuster, nil: break
        }
        return reading
    }

    /// Where the path goes on behind the context path; nil where it is not below it.
    private func contextEnd(in path: Span<UInt8>) -> Int? {
        let context = contextPath.utf8.span
        guard path.count >= context.count else { return nil }
        for position in context.indices where path[position] != context[position] { return nil }
        return path.count == context.count || path[context.count] == UInt8(ascii: "/") ? context.count : nil
    }
}
