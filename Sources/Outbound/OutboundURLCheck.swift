package import Broker

/// A request's URL, read once.
package struct OutboundTarget: Sendable, Hashable {
    /// Whether the connection is TLS; plain only to this machine.
    package let usesTLS: Bool
    /// The host in lower case: a name, or an address without brackets.
    package let host: String
    /// The host, where it is an address.
    package let literal: IPAddress?
    /// The port.
    package let port: Int
    /// The URL, put together again from its parts.
    package let url: String
}

/// Reads a URL strictly: what two parsers could read differently is not read at all.
package enum OutboundURLCheck {
    /// The most octets of a URL.
    package static let maximumBytes = 8 * 1024

    /// The target of a URL, if a request may be aimed at it at all; its addresses are checked later.
    ///
    /// - Throws: `malformed_url`, or `address_refused` for a name that is never to be looked up.
    package static func target(
        of url: String, under policy: OutboundPolicy
    ) throws(TransportError) -> OutboundTarget {
        let parts = try split(url)
        let (host, port) = try hostAndPort(parts.authority)
        let target = OutboundTarget(
            usesTLS: parts.usesTLS, host: host, literal: IPAddress(host), port: port ?? (parts.usesTLS ? 443 : 80),
            url: "\(parts.usesTLS ? "https" : "http")://\(parts.authority.lowercased())\(parts.rest)")
        try schemeCheck(target, policy)
        try nameCheck(target, policy)
        return target
    }

    /// RFC 3986 3: scheme, authority, and a rest that begins with a slash.
    ///
    /// ASCII only, so that nothing is folded into a host, and no fragment, for it is never sent.
    private static func split(
        _ url: String
    ) throws(TransportError) -> (usesTLS: Bool, authority: String, rest: String) {
        guard url.utf8.count <= maximumBytes, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !url.utf8.contains(where: { "\\#\"<>^`{|}".utf8.contains($0) })
        else { throw malformed("a character that a URL does not have") }
        let usesTLS = url.lowercased().hasPrefix("https://")
        guard usesTLS || url.lowercased().hasPrefix("http://") else { throw malformed("not https") }
        let tail = url.dropFirst(usesTLS ? 8 : 7)
        let authority = tail.prefix { $0 != "/" && $0 != "?" }
        let rest = tail.dropFirst(authority.count)
        return (usesTLS, String(authority), rest.hasPrefix("/") ? String(rest) : "/\(rest)")
    }

    private static func hostAndPort(_ authority: String) throws(TransportError) -> (host: String, port: Int?) {
        guard !authority.contains("@") else { throw malformed("a user name") }
        let end = authority.hasPrefix("[") ? authority.firstIndex(of: "]").map { authority.index(after: $0) } : nil
        let host = end.map { authority[..<$0] } ?? authority.prefix { $0 != ":" }
        let tail = authority[host.endIndex...]
        let port = try tail.isEmpty ? nil : port(tail)
        let text = host.lowercased()
        if text.hasPrefix("[") {
            guard case .v6 = IPAddress(String(text.dropFirst().dropLast())) else {
                throw malformed("not an IPv6 address")
            }
            return (String(text.dropFirst().dropLast()), port)
        }
        try hostCheck(text)
        return (text, port)
    }

    private static func port(_ tail: Substring) throws(TransportError) -> Int {
        let digits = tail.dropFirst()
        guard tail.hasPrefix(":"), (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits), (1...65535).contains(port)
        else { throw malformed("not a port") }
        return port
    }

    /// Letters, digits and hyphens (RFC 1123 2.1).
    ///
    /// A name whose last label is a number is an address in one of the forms that only some programs know (`127.1`,
    /// `0177.0.0.1`, `2130706433`, `0x7f000001`), unless it is the plain one.
    private static func hostCheck(_ host: String) throws(TransportError) {
        if IPAddress(host) != nil { return }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard host.utf8.count <= 253, labels.allSatisfy(isLabel) else { throw malformed("not a host name") }
        guard let last = labels.last, !isNumber(last) else { throw malformed("an address in an unusual form") }
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    private static func isNumber(_ label: Substring) -> Bool {
        label.utf8.allSatisfy { (0x30...0x39).contains($0) }
            || (label.hasPrefix("0x") && label.dropFirst(2).utf8.allSatisfy { $0.hexDigitValue != nil })
    }

    /// Plain http is for this machine alone, and only where the policy opens it.
    private static func schemeCheck(_ target: OutboundTarget, _ policy: OutboundPolicy) throws(TransportError) {
        guard !target.usesTLS else { return }
        guard LoopbackHost.matches(target.host), policy.opensLoopback(for: target.host) else {
            throw malformed("not https")
        }
    }

    /// Names of this machine need an opening; names of a cloud's metadata service have none.
    private static func nameCheck(_ target: OutboundTarget, _ policy: OutboundPolicy) throws(TransportError) {
        guard !metadataNames.contains(target.host) else { throw refused(target.host, "names a metadata service") }
        guard target.literal == nil, LoopbackHost.matches(target.host) else { return }
        guard policy.opensLoopback(for: target.host) else { throw refused(target.host, "names this machine") }
    }

    private static let metadataNames: Set<String> = [
        "metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal",
        "metadata.azure.internal", "metadata.azure.com",
    ]

    private static func malformed(_ what: String) -> TransportError {
        TransportError(.malformedURL, detail: "the URL is refused: \(what)")
    }

    private static func refused(_ host: String, _ why: String) -> TransportError {
        TransportError(.addressRefused, detail: "\(host) \(why)")
    }
}
