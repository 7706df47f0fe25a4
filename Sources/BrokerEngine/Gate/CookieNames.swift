import Foundation

/// The names of our cookies.
///
/// On plain-http loopback browsers refuse `__Host-`, so the prefix goes with https.
package struct CookieNames: Sendable, Hashable {
    /// The session handle at a site's host.
    package let handle: String
    /// The session handle at the broker's host, where it is no site's.
    package let sso: String
    /// The session token.
    package let token: String
    /// The connection that was chosen last.
    package let choice: String
    /// A sign-out that is under way at an IdP, or how it ended.
    package let logout: String
    /// That JSM's cookies were taken from this browser just now.
    package let reset: String
    /// That an operator let this browser in, in an emergency.
    package let glass: String
    /// Which token this browser was given just now, and how often it came back with it.
    package let renewal: String
    /// What the name of a pending login's binding cookie begins with; its reference follows.
    package let loginPrefix: String

    package init(isSecure: Bool) {
        let prefix = isSecure ? "__Host-" : ""
        handle = "\(prefix)vestibule-session"
        sso = "\(prefix)vestibule-sso"
        token = "\(prefix)vestibule"
        choice = "\(prefix)vestibule-choice"
        logout = "\(prefix)vestibule-logout"
        reset = "\(prefix)vestibule-reset"
        glass = "\(prefix)vestibule-glass"
        renewal = "\(prefix)vestibule-renewal"
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

    /// The value of a cookie as another server may read it, who is more generous than we are.
    ///
    /// Servlet containers skip blanks around a name, strip quotes, end a value at a blank, and take a comma for a semicolon
    /// once a `$Version` is there. Whatever they could read otherwise than we do counts as several: `one` is a value that
    /// every reader reads so.
    package static func plainValue(of name: String, in header: String) -> Value {
        let octets = header.utf8.span
        if octets.holdsName("$Version") { return .several }
        switch value(of: name, in: header) {
        case .absent: return octets.count(ofName: name) == 0 ? .absent : .several
        case .several: return .several
        case .one(let value):
            guard octets.count(ofName: name) == 1, value.utf8.allSatisfy(\.isCookieOctet) else { return .several }
            return .one(value)
        }
    }

    /// Whether somebody could read one of some cookies in a header; false spares a closer look.
    package static func mayHold(_ names: some Sequence<String>, in header: String) -> Bool {
        header.utf8.span.holdsName(among: names)
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

    /// Where an octet is next before an end, or the end; the C library looks at many at once.
    fileprivate func firstIndex(of octet: UInt8, from start: Int, before end: Int) -> Int {
        guard start < end else { return end }
        return withUnsafeBytes { octets in
            guard let base = octets.baseAddress,
                let found = memchr(base + start, Int32(octet), end - start)
            else { return end }
            return UnsafeRawPointer(found) - base
        }
    }

    /// Where an octet is next, or the end.
    fileprivate func firstIndex(of octet: UInt8, from start: Int) -> Int {
        firstIndex(of: octet, from: start, before: count)
    }

    /// Whether the same octets stand at a place that is far enough from the end.
    fileprivate func holds(_ other: Span<UInt8>, at start: Int) -> Bool {
        for index in other.indices where self[start + index] != other[index] { return false }
        return true
    }

    /// How often a name stands where a cookie's name may stand in anybody's reading: at the beginning or behind a
    /// semicolon or comma, blanks or not, with an equals sign, a separator or nothing behind it.
    fileprivate func count(ofName name: String) -> Int {
        let wanted = name.utf8.span
        var (found, start) = (0, place(from: 0))
        while start < count {
            if holdsName(wanted, at: start) { found += 1 }
            start = place(after: start)
        }
        return found
    }

    /// Whether one of some names stands so, or `$Version`; one pass for all of them.
    fileprivate func holdsName(among names: some Sequence<String>) -> Bool {
        var start = place(from: 0)
        while start < count {
            if self[start] == UInt8(ascii: "$") || names.contains(where: { holdsName($0.utf8.span, at: start) }) {
                return true
            }
            start = place(after: start)
        }
        return false
    }

    fileprivate func holdsName(_ name: String) -> Bool { count(ofName: name) > 0 }

    private func holdsName(_ wanted: Span<UInt8>, at start: Int) -> Bool {
        guard start + wanted.count <= count, self[start] == wanted[0], holds(wanted, at: start) else { return false }
        var index = start + wanted.count
        while index < count, self[index].isBlank { index += 1 }
        return index == count || self[index] == UInt8(ascii: "=") || self[index].isCookieSeparator
    }

    /// The first place from here on where a name may stand.
    private func place(from start: Int) -> Int {
        var index = start
        while index < count, self[index].isBlank || self[index].isCookieSeparator { index += 1 }
        return index
    }

    /// The next one, behind a separator.
    private func place(after start: Int) -> Int {
        let end = firstIndex(of: UInt8(ascii: ";"), from: start)
        return place(from: firstIndex(of: UInt8(ascii: ","), from: start, before: end))
    }
}

extension UInt8 {
    /// Space, tab and what else a server may skip.
    fileprivate var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }

    fileprivate var isCookieSeparator: Bool { self == UInt8(ascii: ";") || self == UInt8(ascii: ",") }

    /// RFC 6265 4.1.1: what a value is made of where nobody has to quote.
    fileprivate var isCookieOctet: Bool {
        switch self {
        case 0x21, 0x23...0x2B, 0x2D...0x3A, 0x3C...0x5B, 0x5D...0x7E: true
        default: false
        }
    }
}
