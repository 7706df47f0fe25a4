// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A browser in some network, behind a proxy that says which.
struct Visitor: Sendable {
    let world: World
    let browser: Browser
    /// What arrives as `X-Forwarded-For`.
    let forwarded: String

    /// Somebody in a network, with a browser that nobody used before unless told otherwise.
    init(_ world: World, from forwarded: String, with browser: Browser? = nil) {
        (self.world, self.forwarded) = (world, forwarded)
        self.browser = browser ?? world.browser()
    }

    /// Opens a page.
    func open(_ url: String) async throws -> Page {
        try await browser.send("GET", url, headers: [("Accept", "text/html"), ("X-Forwarded-For", forwarded)])
    }

    /// Begins a login; where its first page is.
    func begin() async throws -> URL {
        let start = try await open("\(world.broker.origin)/vestibule/start?prompt=login")
        return try unwrap(start.location, "the start was answered \(start.status)")
    }

    /// Types an address into a login.
    func type(_ email: String, at login: URL) async throws -> Page {
        let headers = [
            ("Accept", "text/html"), ("Content-Type", "application/x-www-form-urlencoded"),
            ("X-Forwarded-For", forwarded),
        ]
        let body = "transaction=\(login.lastPathComponent)&email=\(Browser.encoded(email))"
        return try await browser.send("POST", login.absoluteString, headers: headers, body: body)
    }

    /// Brings a message with a made-up state.
    func forge(_ state: Int, at connection: String) async throws -> Page {
        try await open("\(world.broker.origin)/vestibule/cb/\(connection)?code=x&state=made-up-\(state)")
    }

    /// Follows a page up to where it leaves the wanted addresses.
    func follow(_ page: Page, while isWanted: (URL) -> Bool) async throws -> Page {
        var page = page
        for _ in 0..<20 {
            guard let next = page.location, isWanted(next) else { return page }
            page = try await open(next.absoluteString)
        }
        throw Unmet("redirects without end")
    }
}
