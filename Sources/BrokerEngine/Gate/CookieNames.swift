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
    /// A sign-out that is under way at an IdP, or how it ended.
    package let logout: String
    /// That JSM's cookies were taken from this browser just now.
    package let reset: String
    /// What the name of a pending login's binding cookie begins with; its reference follows.
    package let loginPrefix: String

    package init(isSecure: Bool) {
        let prefix = isSecure ? "__Host-" : ""
        handle = "\(prefix)vestibule-session"
        token = "\(prefix)vestibule"
        choice = "\(prefix)vestibule-choice"
        logout = "\(prefix)vestibule-logout"
        reset = "\(prefix)vestibule-reset"
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
    ///
    /// One pass over the octets: the gate does this for every request of a site.
    package static func value(of name: String, in header: String) -> Value {
        let (octets, wanted) = (header.utf8.span, name.utf8.span)
        var found: Range<Int>?
        var position = 0
        while position < octets.count {
            let start = octets.skippingBlanks(from: position)
            let end = octets.firstIndex(of: UInt8(ascii: ";"), from: start)
            let equals = start + wanted.count
            if equals < end, octets[equals] == UInt8(ascii: "="), octets.holds(wanted, at: start) {
                guard found == nil else { return .several }
                found = equals + 1..<end
            }
            position = end + 1
        }
        guard let found else { return .absent }
        let start = header.utf8.index(header.startIndex, offsetBy: found.lowerBound)
        return .one(header[start..<header.utf8.index(start, offsetBy: found.count)])
    }

    /// The names that begin with a prefix, without it.
    package static func suffixes(after prefix: String, in header: String) -> [String] {
        header.split(separator: ";").compactMap { pair in
            let name = pair.prefix { $0 != "=" }.trimmingPrefix { $0 == " " }
            return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
        }
    }
}

extension Span<UInt8> {
    /// The first octet from here on that is neither space nor tab.
    fileprivate func skippingBlanks(from start: Int) -> Int {
        var index = start
        while index < count, self[index] == UInt8(ascii: " ") || self[index] == UInt8(ascii: "\t") { index += 1 }
        return index
    }

    /// Where an octet is next, or the end.
    fileprivate func firstIndex(of octet: UInt8, from start: Int) -> Int {
        var index = start
        while index < count, self[index] != octet { index += 1 }
        return index
    }

    /// Whether the same octets stand at a place that is far enough from the end.
    fileprivate func holds(_ other: Span<UInt8>, at start: Int) -> Bool {
        for index in other.indices where self[start + index] != other[index] { return false }
        return true
    }
}
