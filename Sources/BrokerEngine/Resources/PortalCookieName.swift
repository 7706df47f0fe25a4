/// The name of a cookie by which a site's JSM knows a person.
package enum PortalCookieName {
    /// The most octets of a name.
    package static let maximumOctets = 128

    /// RFC 6265 4.1.1: the name is a token (RFC 2616 2.2), so that it can neither end its header nor name a second cookie.
    package static func isToken(_ name: String) -> Bool {
        let separators = "()<>@,;:\\\"/[]?={}".utf8
        return (1...maximumOctets).contains(name.utf8.count)
            && name.utf8.allSatisfy { (33...126).contains($0) && !separators.contains($0) }
    }

    /// Cookies of a site's JSM are cleared when the person changes; ours say who the person is.
    static func isOurs(_ name: String) -> Bool {
        let name = name.lowercased()
        return (name.hasPrefix("__host-") ? name.dropFirst(7) : name[...]).hasPrefix("vestibule")
    }
}
