import Broker
import BrokerModel
import ServiceManagement

/// What one site must be by itself: an origin that a browser would write so, a default path of its own, lifetimes that
/// end (M63), and cookies that are its JSM's.
enum SiteCheck {
    static func problems(of site: Site, at path: [String]) -> [SettingsError.Problem] {
        var problems: [SettingsError.Problem] = []
        func require(_ holds: Bool, _ member: String, _ text: String) {
            if !holds { problems.append(.init(path: path + [member], text: text)) }
        }
        require(
            isOrigin(site.origin), "origin",
            "must be https://host or https://host:port in lower case, without a path; http only for localhost")
        require(
            site.defaultPath.hasPrefix("/")
                && ReturnTarget(allowedOrigins: [], default: "").allowed(site.defaultPath) != nil,
            "defaultPath", "must be a path on the site")
        require(
            site.lifetimes.idle > .zero && site.lifetimes.idle <= site.lifetimes.absolute, "lifetimes",
            "idle must be more than nothing and no more than absolute")
        require(isColour(site.theme.colour), "theme", "colour must be #rrggbb")
        return problems + cookies(site.portalCookies ?? [], at: path + ["portalCookies"])
    }

    private static func cookies(_ names: [String], at path: [String]) -> [SettingsError.Problem] {
        names.enumerated().compactMap { position, name in
            let text: String? =
                if !PortalCookieName.isToken(name) {
                    "must be the name of a cookie"
                } else if PortalCookieName.isOurs(name) {
                    "is a cookie of the broker's own"
                } else {
                    nil
                }
            return text.map { .init(path: path + [String(position)], text: $0) }
        }
    }

    /// RFC 6454 6.2: scheme, host and port, nothing that two readers could take for two things.
    private static func isOrigin(_ origin: String) -> Bool {
        let isSecure = origin.hasPrefix("https://")
        guard isSecure || origin.hasPrefix("http://") else { return false }
        var authority = origin.dropFirst(isSecure ? 8 : 7)
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            let port = authority[authority.index(after: colon)...]
            guard let number = UInt16(port), number > 0, String(number) == port else { return false }
            authority = authority[..<colon]
        }
        let isLoopback =
            authority == "localhost" || authority.hasSuffix(".localhost") || authority == "127.0.0.1"
            || authority == "[::1]"
        return isHost(authority) && (isSecure || isLoopback)
    }

    private static func isHost(_ host: Substring) -> Bool {
        if host.hasPrefix("["), host.hasSuffix("]") {
            return host.dropFirst().dropLast().utf8.allSatisfy { $0 == UInt8(ascii: ":") || isHexDigit($0) }
        }
        let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            !label.isEmpty
                && label.allSatisfy { isHexDigit($0) || (0x67...0x7A).contains($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isHexDigit(_ octet: UInt8) -> Bool {
        (0x30...0x39).contains(octet) || (0x61...0x66).contains(octet)
    }

    /// The colour goes into a style sheet.
    private static func isColour(_ text: String) -> Bool {
        text.utf8.count == 7 && text.hasPrefix("#") && text.lowercased().utf8.dropFirst().allSatisfy(isHexDigit)
    }
}
