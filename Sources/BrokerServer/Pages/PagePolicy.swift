package import Foundation

/// The response headers that pages need to be safe, as pure values.
package enum PagePolicy {
    /// `Content-Security-Policy` for every page: nothing inline, nothing from elsewhere but the logo.
    ///
    /// Chromium applies `form-action` to the redirect after a POST as well, and a login form answers with a redirect to
    /// an identity provider, so https targets are open.
    /// - Parameter plainHTTP: opens http targets too; for demonstrations on loopback.
    package static func contentSecurityPolicy(theme: Theme, plainHTTP: Bool = false) -> String {
        [
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self'" + (theme.logo?.origin.map { " \($0)" } ?? ""),
            "form-action 'self' https:" + (plainHTTP ? " http:" : ""),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }

    /// `Content-Security-Policy` of an empty answer that pages of one origin may show in a frame, and nobody else.
    package static func emptyFrame(of url: URL) -> String {
        let origin = PageURL(url: url)?.origin.flatMap { $0.contains(where: ";, '".contains) ? nil : $0 }
        return "default-src 'none'; frame-ancestors " + (origin ?? "'none'")
    }
}
