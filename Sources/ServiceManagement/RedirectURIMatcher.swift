import Broker

/// Compares a `redirect_uri` with the registered ones, byte for byte (RFC 9700 2.1, OAuth 2.0 Security Best Practice).
///
/// Any tolerance, a pattern, a case fold, an added query, has been used to steal codes. What does not match gets an
/// error page and never a redirect.
package struct RedirectURIMatcher: Sendable, Hashable {
    private let registered: [String]

    /// A matcher for one client's registered URIs.
    package init(_ registered: [String]) { self.registered = registered }

    /// Whether the URI is one of the registered ones.
    package func matches(_ uri: String) -> Bool { registered.contains { $0.isSameText(as: uri) } }
}
