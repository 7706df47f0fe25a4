// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import Foundation
import MockIdentityProviders

extension SAMLWorld {
    /// Signs in: start, IdP's page, its answer, up to the redirect that leaves the broker.
    func signIn(_ email: String, connection: String, with browser: Browser) async throws -> LoginTrail {
        let answer = try await answer(for: email, connection: connection, with: browser)
        return try await deliver(answer, with: browser)
    }

    /// The page by which the IdP sends its message on; nobody has sent it yet.
    func answer(for email: String, connection: String, with browser: Browser) async throws -> Page {
        let page = try await signInPage(for: email, connection: connection, with: browser)
        return try await answer(for: email, on: page, with: browser)
    }

    /// What the IdP says once somebody has signed in on its page.
    func answer(for email: String, on page: Page, with browser: Browser) async throws -> Page {
        let form = try unwrap(HTMLForm(page), "no sign-in form: \(page.status) at \(page.url.path())")
        return try await browser.submit(form, adding: [("user", email), ("password", "any")])
    }

    /// The IdP's sign-in page, reached through the broker.
    func signInPage(for email: String, connection: String, with browser: Browser) async throws -> Page {
        let target = Browser.encoded("/servicedesk/customer/portal/3")
        let url =
            "\(broker.origin)/vestibule/start?rd=\(target)&login_hint=\(Browser.encoded(email))"
            + "&connection=\(connection)"
        return try await toIdP(browser.open(url), with: browser)
    }

    /// Goes on to the IdP: by redirects, and by a form where the request is posted.
    func toIdP(_ page: Page, with browser: Browser) async throws -> Page {
        let pages = try await browser.follow(page)
        pages.forEach { seen.add($0) }
        let last = pages[pages.count - 1]
        guard let form = HTMLForm(last), form["SAMLRequest"] != nil else { return last }
        return try await browser.submit(form)
    }

    /// Brings the IdP's message to the broker and follows from there.
    func deliver(_ answer: Page, with browser: Browser) async throws -> LoginTrail {
        let first: Page
        if let next = answer.location {
            first = try await browser.open(next.absoluteString)
        } else {
            let form = try unwrap(HTMLForm(answer), "no form: \(answer.status) at \(answer.url.path())")
            first = try await browser.submit(form)
        }
        return try await walk(first, with: browser)
    }

    /// Follows redirects until the broker sends the browser away.
    func walk(_ page: Page, with browser: Browser) async throws -> LoginTrail {
        let pages = try await browser.follow(page) { url in
            url.host() == TestBroker.host && url.path().hasPrefix("/vestibule/")
        }
        let trail = LoginTrail(
            pages: pages, handle: browser.jar.value(World.cookies.handle, host: TestBroker.host),
            token: browser.jar.value(World.cookies.token, host: TestBroker.host))
        pages.forEach { seen.add($0) }
        [trail.handle, trail.token].forEach { seen.add(secret: $0) }
        return trail
    }

    /// A browser with a session, or an error that says where it ended.
    func signedIn(_ email: String, connection: String) async throws -> (browser: Browser, trail: LoginTrail) {
        let (browser, before) = (browser(), try await broker.position())
        let trail = try await signIn(email, connection: connection, with: browser)
        guard trail.handle != nil, trail.token != nil else {
            let rule = try await lastRefusal(after: before)
            throw Unmet("\(email) could not sign in: \(trail.last.status) \(trail.last.url.path()) \(rule)")
        }
        return (browser, trail)
    }

    /// What the gate says to a browser.
    func gate(_ browser: Browser) async throws -> Int {
        try await GateClient(url: broker.gateURL)
            .check(DoorRequest(target: TestBroker.defaultPath), from: browser).status
    }
}
