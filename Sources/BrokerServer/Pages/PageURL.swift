package import Foundation

/// An address that is safe to stand in `href`, `src` or `action`: a path on this host, https, or http on loopback.
///
/// Escaping keeps a value inside its attribute but does not stop `javascript:`; a value that cannot be built from such
/// an address does.
package struct PageURL: Sendable, Hashable, CustomStringConvertible {
    /// The address as it is written into the page.
    package let description: String

    /// Accepts `/path` (not `//host`), `https:` and, on loopback names only, `http:`.
    package init?(_ string: String) {
        guard string.utf8.allSatisfy(Self.isPlain) else { return nil }
        guard Self.isLocalPath(string) || Self.isTrustedOrigin(string) else { return nil }
        description = string
    }

    /// Accepts a URL under the same rules.
    package init?(url: URL) {
        self.init(url.absoluteString)
    }

    /// The origin (`scheme://host[:port]`), or nil for a path on this host.
    package var origin: String? {
        guard let parts = URLComponents(string: description), let scheme = parts.scheme,
            let host = parts.encodedHost
        else { return nil }
        return "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !#""<>\^`{|}"#.utf8.contains(byte)
    }

    private static func isLocalPath(_ string: String) -> Bool {
        string.hasPrefix("/") && !string.hasPrefix("//")
    }

    private static func isTrustedOrigin(_ string: String) -> Bool {
        guard let parts = URLComponents(string: string), parts.user == nil, parts.password == nil,
            let host = parts.encodedHost, !host.isEmpty
        else { return false }
        switch parts.scheme {
        case "https": return string.hasPrefix("https://")
        case "http": return string.hasPrefix("http://") && isLoopback(host.lowercased())
        default: return false
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "127.0.0.1" || host == "[::1]"
    }
}
