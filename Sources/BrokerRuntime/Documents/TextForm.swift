import Broker
import BrokerEngine
import BrokerServer
import Foundation
import Outbound

/// A form of text with the words for it: `name` completes the sentence "must be ...".
struct TextForm: Sendable {
    let name: String
    /// For JSON Schema, where a pattern says it well.
    let pattern: String?
    let accepts: @Sendable (String) -> Bool

    init(_ name: String, pattern: String? = nil, accepts: @escaping @Sendable (String) -> Bool) {
        self.name = name
        self.pattern = pattern
        self.accepts = accepts
    }
}

extension TextForm {
    /// Any text that is not empty and stays on one line.
    static let line = TextForm("text that is not empty") { text in
        !text.isEmpty && text.utf8.count <= 1024 && !text.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
    }
    /// Text that may be empty, such as a value or a separator.
    static let free = TextForm("text of at most 1024 octets") { $0.utf8.count <= 1024 }
    /// The path of a file.
    static let file = TextForm("the path of a file") { !$0.isEmpty && !$0.contains("\0") }
    /// The name of a resource.
    static let identifier = TextForm(
        "1 to 64 of a-z, 0-9, '-', '_', '.', not starting with a dot", pattern: "^[a-z0-9_-][a-z0-9_.-]{0,63}$"
    ) { ConnectionID(rawValue: $0).isWellFormed }
    /// The name of an attribute inside the broker.
    static let attribute = TextForm(
        "a letter and up to 63 letters, digits, '-', '_' or '.'", pattern: "^[A-Za-z][A-Za-z0-9_.-]{0,63}$"
    ) { text in
        text.utf8.count <= 64 && text.utf8.first.map { isLetter($0) } == true
            && text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || "-_.".utf8.contains($0) }
    }
    /// The unguessable end of a sign-in link.
    static let slug = TextForm("10 to 64 letters, digits, '-' or '_'", pattern: "^[A-Za-z0-9_-]{10,64}$") { text in
        (10...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || "-_".utf8.contains($0) }
    }
    /// A mail domain.
    static let domain = TextForm("a mail domain such as acme.example") { EmailDomain($0) != nil }
    /// An e-mail address.
    static let address = TextForm("an e-mail address") { EmailAddress($0) != nil }
    /// A pattern over whole addresses.
    static let addressPattern = TextForm("an address pattern such as *@acme.example, with at least one *") {
        $0.contains("*") && $0.utf8.count <= 254 && $0.utf8.allSatisfy { $0 > 32 && $0 != 127 }
    }
    /// A regular expression.
    static let expression = TextForm("a regular expression") {
        $0.utf8.count <= 512 && !$0.isEmpty && (try? NSRegularExpression(pattern: $0)) != nil
    }
    /// A colour.
    static let colour = TextForm("a colour such as \"#1f4fd8\"", pattern: "^#[0-9a-fA-F]{6}$") { text in
        text.utf8.count == 7 && text.hasPrefix("#") && text.utf8.dropFirst().allSatisfy { $0.hexDigitValue != nil }
    }
    /// A path on a site.
    static let path = TextForm("a path that starts with one slash", pattern: "^/([^/].*)?$") { WebText.isPath($0) }
    /// A pattern over paths.
    static let pathPattern = TextForm("a path pattern such as /s/**/*.css") { PathPattern($0) != nil }
    /// An origin.
    static let origin = TextForm(
        "an origin such as https://portal.example: no path and no final slash, http only on loopback and *.localhost"
    ) { WebText.isOrigin($0) }
    /// An absolute URL.
    static let url = TextForm("an absolute https URL without wildcard or fragment; http only on loopback") {
        WebText.isURL($0)
    }
    /// Where a logo is.
    static let logo = TextForm("an https URL or a path below /vestibule/assets/") {
        $0.hasPrefix("/vestibule/assets/") ? WebText.isPath($0) : WebText.isURL($0)
    }
    /// The name of a cookie.
    static let cookie = TextForm(
        "the name of a cookie: up to \(PortalCookieName.maximumOctets) letters, digits and !#$%&'*+-.^_`|~",
        pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,\(PortalCookieName.maximumOctets)}$"
    ) { PortalCookieName.isToken($0) }
    /// A block of addresses.
    static let range = TextForm("a block of addresses such as 10.0.0.0/8") { AddressRange($0) != nil }
    /// A project's key.
    static let projectKey = TextForm(
        "a project key such as ACME: a capital letter, then capitals, digits or '_'", pattern: "^[A-Z][A-Z0-9_]{1,63}$"
    ) { AccessCheck.isProjectKey($0) }
    /// A moment.
    static let moment = TextForm(
        "a day such as 2026-12-01 or a moment such as 2026-12-01T08:00:00Z",
        pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2}))?$"
    ) { MomentText.parse($0) != nil }
    /// A host name.
    static let host = TextForm("a host name or address without a port") { text in
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || "-._:".utf8.contains($0) }
    }
    /// Where a listener listens.
    static let listener = TextForm("HOST:PORT or unix:/PATH") { ListenAddress($0) != nil }

    /// A duration within bounds.
    static func duration(_ shortest: String, _ longest: String) -> TextForm {
        let bounds = (DurationText.parse(shortest) ?? .zero)...(DurationText.parse(longest) ?? .zero)
        return TextForm(
            "a duration from \(shortest) to \(longest), such as 30s, 10m, 8h or 7d", pattern: "^([0-9]+[smhd])+$"
        ) { DurationText.parse($0).map { bounds.contains($0) } ?? false }
    }

    private static func isLetter(_ octet: UInt8) -> Bool { (65...90).contains(octet) || (97...122).contains(octet) }
}

/// URLs and paths as configuration has them.
enum WebText {
    static func isPath(_ text: String) -> Bool {
        text.hasPrefix("/") && !text.hasPrefix("//") && text.utf8.count <= 1024
            && text.utf8.allSatisfy { (33...126).contains($0) && $0 != UInt8(ascii: "\\") }
    }

    static func isURL(_ text: String) -> Bool {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (33...126).contains($0) }), !text.contains("*"),
            let url = URL(string: text), let host = url.host(), !host.isEmpty, url.user() == nil,
            url.password() == nil, url.fragment() == nil
        else { return false }
        return url.scheme == "https" || (url.scheme == "http" && LoopbackHost.matches(host))
    }

    static func isOrigin(_ text: String) -> Bool {
        guard isURL(text), let url = URL(string: text), url.path().isEmpty, url.query() == nil else { return false }
        return text == text.lowercased() && !text.hasSuffix("/") && !text.hasSuffix(":")
    }
}
