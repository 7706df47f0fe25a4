// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import Foundation

/// Where a login ended.
struct LoginTrail: Sendable {
    var pages: [Page]
    /// The last answer: the callback's redirect to the portal, or the page that says why not.
    var last: Page { pages[pages.count - 1] }
    /// The session handle, where there is one.
    var handle: String?
    /// The session token, where there is one.
    var token: String?
}

extension World {
    /// Cookie names of a broker on plain http.
    static let cookies = CookieNames(isSecure: false)

    /// Signs in: start, IdP, callback, up to the redirect that leaves the broker.
    func signIn(
        _ email: String, connection: String? = nil, with browser: Browser,
        target: String = "/servicedesk/customer/portal/3"
    ) async throws -> LoginTrail {
        var url = "\(broker.origin)/vestibule/start?rd=\(Browser.encoded(target))&login_hint=\(Browser.encoded(email))"
        if let connection { url += "&connection=\(Browser.encoded(connection))" }
        return try await walk(browser.open(url), with: browser)
    }

    /// Follows redirects until the broker sends the browser to the portal.
    func walk(_ page: Page, with browser: Browser) async throws -> LoginTrail {
        let pages = try await browser.follow(page) { url in
            url.host() != TestBroker.host || url.path().hasPrefix("/vestibule/")
        }
        let trail = LoginTrail(
            pages: pages, handle: browser.jar.value(Self.cookies.handle, host: TestBroker.host),
            token: browser.jar.value(Self.cookies.token, host: TestBroker.host))
        pages.forEach { seen.add($0) }
        [trail.handle, trail.token].forEach { seen.add(secret: $0) }
        return trail
    }

    /// A browser with a session, or an error that says where it ended.
    func signedIn(
        _ email: String = "alice@acme.example", connection: String? = nil
    ) async throws -> (
        browser: Browser, trail: LoginTrail
    ) {
        let browser = browser()
        let trail = try await signIn(email, connection: connection, with: browser)
        try require(
            trail.handle != nil && trail.token != nil,
            "\(email) could not sign in: \(trail.last.status) \(trail.last.url.path()) \(trail.last.errorCode ?? "")")
        return (browser, trail)
    }
}

extension Page {
    /// The code that our error pages carry for tools.
    var errorCode: String? {
        body.firstMatch(of: /data-code="([a-z_0-9]+)"/).map { String($0.1) }
    }

    /// The reference id that our error pages show.
    var reference: String? {
        body.firstMatch(of: /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/).map { String($0.0) }
    }
}
