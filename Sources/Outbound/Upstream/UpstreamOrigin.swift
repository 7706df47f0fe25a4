import Broker

/// Where a site's JSM itself listens: scheme, host and port, and nothing behind them.
///
/// An operator names it, and no request has a say in it. Plain http stays where nobody else can listen: on this machine, at a
/// private address, or at a name that only a private network knows.
package struct UpstreamOrigin: Sendable, Hashable, CustomStringConvertible {
    /// Whether the connection is TLS.
    package let usesTLS: Bool
    /// The host in lower case: a name, or an address without brackets.
    package let host: String
    /// The port.
    package let port: Int

    /// Reads `http://127.0.0.1:9001` or `https://jsm.example`; nil for anything with a path, a query or a user name, and
    /// for plain http to where it may be read.
    package init?(_ text: String) {
        let lower = text.lowercased()
        guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else { return nil }
        usesTLS = lower.hasPrefix("https://")
        let authority = lower.dropFirst(usesTLS ? 8 : 7)
        guard let (host, port) = Self.parts(of: authority) else { return nil }
        self.host = host
        self.port = port ?? (usesTLS ? 443 : 80)
        guard usesTLS || Self.isPrivate(host) else { return nil }
    }

    /// As it is typed, the port always there.
    package var description: String { "\(usesTLS ? "https" : "http")://\(bracketed):\(port)" }

    /// The host as it stands in a URL.
    var bracketed: String { host.contains(":") ? "[\(host)]" : host }

    private static func parts(of authority: Substring) -> (host: String, port: Int?)? {
        let end: Substring.Index
        let host: String
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            host = String(authority[authority.index(after: authority.startIndex)..<bracket])
            guard case .v6 = IPAddress(host) else { return nil }
            end = authority.index(after: bracket)
        } else {
            end = authority.firstIndex(of: ":") ?? authority.endIndex
            host = String(authority[..<end])
            guard IPAddress(host) != nil || isName(host) else { return nil }
        }
        let tail = authority[end...]
        guard !tail.isEmpty else { return (host, nil) }
        let digits = tail.dropFirst()
        guard tail.hasPrefix(":"), (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits), (1...65535).contains(port)
        else { return nil }
        return (host, port)
    }

    /// RFC 1123 2.1, and the last label no number: that would be an address in a form that only some programs know.
    private static func isName(_ host: String) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard host.utf8.count <= 253, let last = labels.last, !last.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
                }
        }
    }

    /// RFC 6890: loopback, private use, unique local; or a name that no public name server answers.
    private static func isPrivate(_ host: String) -> Bool {
        if let address = IPAddress(host) { return privateRanges.contains { $0.contains(address) } }
        return !host.contains(".") || privateSuffixes.contains { host.hasSuffix($0) }
    }

    private static let privateRanges = [
        "127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7",
    ].compactMap { AddressRange($0) }
    private static let privateSuffixes = [".localhost", ".internal", ".local", ".lan", ".home.arpa"]
}
