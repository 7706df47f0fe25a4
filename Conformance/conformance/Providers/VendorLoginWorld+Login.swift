// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import ConformanceKit
import Foundation

extension VendorLoginWorld {
    static let target = "/servicedesk/customer/portal/3"

    /// Types an address on the broker's first page, with nothing that says which connection.
    func typed(_ email: String, with browser: Browser) async throws -> Page {
        let start = try await browser.open("\(broker.origin)/vestibule/start?rd=\(Browser.encoded(Self.target))")
        let login = try unwrap(start.location, "the start was answered \(start.status)")
        return try await browser.post(
            login.absoluteString, form: [("transaction", login.lastPathComponent), ("email", email)])
    }

    /// Signs in as a person does who reads every page: types the address, signs in wherever that leads, comes back.
    func signIn(_ email: String, with browser: Browser) async throws -> LoginTrail {
        try await walk(try await typed(email, with: browser), as: email, with: browser)
    }

    /// Goes on from a page until the broker sends the browser to the portal, or has nothing more to ask.
    func walk(_ first: Page, as email: String, with browser: Browser) async throws -> LoginTrail {
        var pages = [first]
        while let next = try await step(pages[pages.count - 1], as: email, with: browser) {
            guard pages.count < 24 else { throw Unmet("pages without end, the last at \(next.url.host() ?? "")") }
            pages.append(next)
        }
        return LoginTrail(
            pages: pages, handle: browser.jar.value(World.cookies.handle, host: TestBroker.host),
            token: browser.jar.value(World.cookies.token, host: TestBroker.host))
    }

    private func step(_ page: Page, as email: String, with browser: Browser) async throws -> Page? {
        if let next = page.location {
            let isPortal = next.host() == TestBroker.host && !next.path().hasPrefix("/vestibule/")
            return isPortal ? nil : try await browser.open(next.absoluteString)
        }
        guard page.errorCode == nil, let form = HTMLForm(page) else { return nil }
        if page.url.host() != TestBroker.host, page.body.contains("name=\"user\"") {
            return try await browser.submit(form, adding: [("user", email), ("password", "any")])
        }
        if page.body.contains("name=\"code\""), page.url.host() == TestBroker.host {
            return try await browser.submit(form, adding: [("code", try code(for: email))])
        }
        return page.body.contains("name=\"email\"") || page.body.contains("name=\"connection\"")
            ? nil : try await browser.submit(form)
    }

    /// The code that the last mail to an address carries.
    private func code(for email: String) throws -> String {
        let mail = mailbox.mails.last { $0.recipient.description == email }
        let text = try unwrap(mail?.text, "no mail to \(email)")
        return String(try unwrap(text.firstMatch(of: /[0-9]{8}/), "the mail has no code").0)
    }

    /// What the gate says to a browser.
    func gate(_ browser: Browser) async throws -> Page {
        try await GateClient(url: broker.gateURL).check(DoorRequest(target: Self.target), from: browser)
    }
}
