/// The names of our cookies.
///
/// On plain-http loopback browsers refuse `__Host-`, so the prefix goes with https.
package struct CookieNames: Sendable, Hashable {
    /// The session handle.
    package let handle: String
    /// The session token.
    package let token: String
    /// The connection that was chosen last.
    package let choice: String
    /// What the name of a pending login's binding cookie begins with; its reference follows.
    package let loginPrefix: String

    package init(isSecure: Bool) {
        let prefix = isSecure ? "__Host-" : ""
        handle = "\(prefix)vestibule-session"
        token = "\(prefix)vestibule"
        choice = "\(prefix)vestibule-choice"
        loginPrefix = "\(prefix)vestibule-login-"
    }
}

/// A `Cookie` header, read without building a dictionary.
package enum CookieHeader {
    /// What a header holds under one name.
    package enum Value: Sendable, Equatable {
        case absent
        case one(Substring)
        /// Two cookies of one name: one of them was planted (M48).
        case several
    }

    /// The value of the cookie with this name.
    package static func value(of name: String, in header: String) -> Value {
        var found = Value.absent
        var rest = header[...]
        while !rest.isEmpty {
            let end = rest.utf8.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
            var pair = rest[..<end]
            rest = end == rest.endIndex ? rest[end...] : rest[rest.utf8.index(after: end)...]
            while pair.utf8.first == UInt8(ascii: " ") || pair.utf8.first == UInt8(ascii: "\t") {
                pair = pair[pair.utf8.index(after: pair.startIndex)...]
            }
            guard let equals = pair.utf8.firstIndex(of: UInt8(ascii: "=")),
                pair[..<equals].utf8.elementsEqual(name.utf8)
            else { continue }
            guard found == .absent else { return .several }
            found = .one(pair[pair.utf8.index(after: equals)...])
        }
        return found
    }

    /// The names that begin with a prefix, without it.
    package static func suffixes(after prefix: String, in header: String) -> [String] {
        header.split(separator: ";").compactMap { pair in
            let name = pair.prefix { $0 != "=" }.trimmingPrefix { $0 == " " }
            return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
        }
    }
}
