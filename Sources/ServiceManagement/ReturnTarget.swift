import Broker

/// Decides where a login or a logout may send the browser afterwards.
///
/// An open redirect on a trusted host is the best bait for phishing, so whatever is not plainly a place on one of our
/// own origins becomes the default. The value is judged as it came, before any decoding.
package struct ReturnTarget: Sendable {
    private let ownOrigin: String?
    private let allowedOrigins: [String]
    private let standard: String

    /// - Parameters:
    ///   - ownOrigin: The origin that the answer is sent from; targets on it become relative.
    ///   - allowedOrigins: Other origins to return to, as `https://host` or `https://host:port`, in lower case.
    ///   - default: Where everything else goes.
    package init(ownOrigin: String? = nil, allowedOrigins: [String], default standard: String) {
        self.ownOrigin = ownOrigin
        self.allowedOrigins = allowedOrigins
        self.standard = standard
    }

    /// The target if it may be returned to, else the default.
    package func resolve(_ raw: String) -> String { allowed(raw) ?? standard }

    /// The target as it is sent to the browser, or nil where it may not be returned to.
    package func allowed(_ raw: String) -> String? {
        if raw.utf8.first == UInt8(ascii: "/") { return Self.isLocal(raw) ? raw : nil }
        if let ownOrigin, let local = Self.local(raw, on: ownOrigin) { return local }
        for origin in allowedOrigins {
            if let local = Self.local(raw, on: origin) { return origin + local }
        }
        return nil
    }

    /// What follows an origin that the target begins with, byte for byte; nil where it is another origin.
    private static func local(_ raw: String, on origin: String) -> String? {
        guard raw.utf8.starts(with: origin.utf8) else { return nil }
        let rest = String(decoding: raw.utf8.dropFirst(origin.utf8.count), as: UTF8.self)
        switch rest.utf8.first {
        case nil: return "/"
        case UInt8(ascii: "/"): return isLocal(rest) ? rest : nil
        case UInt8(ascii: "?"), UInt8(ascii: "#"): return isLocal("/" + rest) ? "/" + rest : nil
        default: return nil
        }
    }

    /// A path on this host, with an optional query and fragment: canonical, and nothing in it that a browser repairs.
    private static func isLocal(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "#"), maxSplits: 1, omittingEmptySubsequences: false)
        guard CanonicalPath.isCanonical(String(decoding: parts[0], as: UTF8.self)) else { return false }
        let isVisible = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
        return isVisible && text.utf8.count <= CanonicalPath.maximumBytes
    }
}
