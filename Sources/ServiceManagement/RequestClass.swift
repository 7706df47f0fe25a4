/// What answer a request without a session can make use of.
package enum RequestClass: Sendable, Hashable {
    /// A page, for which a browser can be sent to sign in.
    case navigation
    /// A call of the REST API, whose caller wants a status and JSON.
    case rest

    /// Classifies a path.
    ///
    /// - Parameters:
    ///   - path: A canonical path.
    ///   - contextPath: Where JSM is mounted, such as `/jira`; empty for the root.
    package init(path: String, contextPath: String = "") {
        let rest = contextPath + "/rest"
        let isREST = path.utf8.starts(with: (rest + "/").utf8) || path.utf8.elementsEqual(rest.utf8)
        self = isREST ? .rest : .navigation
    }
}

/// Decides whether a request without a session is answered with a redirect to the login.
///
/// A script that follows a redirect reads the login page as its data, and a POST that is redirected loses what was
/// typed; so only a browser that goes to a page is redirected.
package struct NavigationCheck: Sendable, Hashable {
    /// Whether a browser goes to a page.
    package let isNavigation: Bool

    /// - Parameters:
    ///   - method: The method of the original request.
    ///   - accept: Its Accept field; nil where it is absent.
    ///   - path: Its canonical path.
    ///   - contextPath: Where JSM is mounted.
    package init(method: String, accept: String?, path: String, contextPath: String = "") {
        isNavigation =
            (method == "GET" || method == "HEAD") && Self.acceptsHTML(accept ?? "")
            && RequestClass(path: path, contextPath: contextPath) == .navigation
    }

    /// Whether HTML is asked for by name (RFC 9110 12.5.1).
    ///
    /// Every script's `*/*` accepts HTML too and does not want it.
    private static func acceptsHTML(_ field: String) -> Bool {
        field.lowercased().split(separator: ",").contains { range in
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let type = parts.first, type == "text/html" || type == "application/xhtml+xml" else { return false }
            return !parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
        }
    }
}
