// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import Foundation
import MockIdentityProviders

/// Pushed authorization requests (RFC 9126) between the broker and an OP, by every setting.
struct PushedRequestChecks: Sendable {
    let world: ClientKeyWorld

    func all() async -> [CheckResult] {
        [
            await named(), await once(), await required(), await never(), await always(), await fallback(),
        ]
    }

    private func check(_ name: String, _ body: () async throws -> String?) async -> CheckResult {
        await conformance.check(ProvidersSuite.group, name, body)
    }

    /// Where the browser is sent for a login: the OP's authorization endpoint.
    private func sent(_ name: String, _ browser: Browser) async throws -> (page: Page, url: URL) {
        let start = try await browser.open(
            "\(world.world.broker.origin)/vestibule/start?rd=%2F&login_hint=alice%40\(name).example")
        let page = try unwrap(
            try await browser.follow(start) { $0.host() == TestBroker.host }.last, "no page")
        return (page, try unwrap(page.location, "not sent on: \(page.status) \(page.errorCode ?? "")"))
    }

    private func named() async -> CheckResult {
        await check("PAR offered: the browser carries client_id and request_uri alone") {
            let (_, url) = try await sent("offered", world.world.browser())
            let items = URLComponents(url: url, resolvingAgainstBaseURL: false)?.queryItems ?? []
            try require(items.map(\.name).sorted() == ["client_id", "request_uri"], "\(items.map(\.name))")
            return "\(url.absoluteString.utf8.count) octets"
        }
    }

    /// The second browser has the first one's address.
    private func once() async -> CheckResult {
        await check("PAR: a request_uri is used once, and the login that it belongs to goes on") {
            let browser = world.world.browser()
            let (page, url) = try await sent("offered", browser)
            let answered = try await browser.open(url.absoluteString)
            let second = try await Browser(sharing: browser).open(url.absoluteString)
            try require(second.status == 400 && second.location == nil, "the second browser got \(second.status)")
            try require(answered.location != nil, "the first browser got \(answered.status)")
            let trail = try await world.world.walk(answered, with: browser)
            try require(trail.handle != nil, "no session: \(trail.last.errorCode ?? "\(trail.last.status)")")
            return "second browser 400, first a session (\(page.status))"
        }
    }

    private func required() async -> CheckResult {
        await check("PAR required by the OP: whenOffered pushes") {
            _ = try await world.signedIn("required")
            return "session"
        }
    }

    private func never() async -> CheckResult {
        await check("PAR required by the OP: never is a lint error and a refusal") {
            let engine = world.world.broker.engine
            let connection = try unwrap(engine.live.resources.connections["never"], "no connection")
            let lint = try unwrap(try engine.connections.provider(for: connection) as? any SettingsLint, "no lint")
            let findings = await lint.lint()
            try require(
                findings.contains { $0.severity == .error && $0.path == ["pushedAuthorization"] }, "\(findings)")
            return try await refused("never", "configuration_invalid", at: "required")
        }
    }

    private func always() async -> CheckResult {
        await check("PAR fails under always: the login is refused and nothing goes by the browser") {
            try await refused("always", "upstream_unavailable", at: "failing")
        }
    }

    private func fallback() async -> CheckResult {
        await check("PAR fails under whenOffered: the browser carries the request, and the log says so") {
            let tenant = try world.tenant("failing")
            let before = tenant.counts["par"] ?? 0
            _ = try await world.signedIn("fallback")
            try require((tenant.counts["par"] ?? 0) > before, "nothing was pushed")
            try require(
                world.world.broker.log.text.contains("a pushed authorization request failed"), "the log says nothing")
            return "session, and a warning"
        }
    }

    /// A login that ends on our page before the OP's authorization endpoint sees the browser.
    private func refused(_ name: String, _ code: String, at tenant: String) async throws -> String {
        let tenant = try world.tenant(tenant)
        let (before, visits) = (try await world.world.broker.position(), tenant.counts["authorize"])
        let trail = try await world.signIn(name)
        try require(trail.handle == nil, "a session was opened")
        try require(tenant.counts["authorize"] == visits, "the browser was sent to the OP")
        try require(trail.last.errorCode == code, "the page says \(trail.last.errorCode ?? "\(trail.last.status)")")
        let event = try unwrap(
            try await world.world.broker.records(after: before, kinds: [.loginFailed]).last, "no event")
        try require(event.body.contains(code), "the audit log says \(event.body)")
        return code
    }
}
