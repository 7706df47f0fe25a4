// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import BrokerModel
import Foundation
import MockIdentityProviders

/// Logins that the IdP starts: refused, restarted, or taken after the person was asked (M15, login CSRF).
struct InitiatedSAMLChecks: SAMLChecks {
    let world: SAMLWorld

    func run() async -> [CheckResult] {
        [
            await off(), await restart(), await accept(), await neverOverAnother(), await replayed(),
            await answersARequest(),
        ]
    }

    /// The IdP's page with a message that nobody asked for.
    private func unsolicited(
        _ user: String, _ connection: String, _ browser: Browser, relayState: String? = nil
    ) async throws -> Page {
        var url =
            "\(world.idp.base(SAMLWorld.tenant))/start-login?user=\(Browser.encoded(user))"
            + "&sp=\(Browser.encoded("\(world.callback(connection))/metadata"))"
        if let relayState { url += "&RelayState=\(Browser.encoded(relayState))" }
        return try await browser.open(url)
    }

    /// Fails unless a session was opened.
    private func expectSession(_ trail: LoginTrail, after position: Int64) async throws {
        guard trail.handle == nil else { return }
        throw Unmet("no session: \(trail.last.status) \(try await world.lastRefusal(after: position))")
    }

    private func off() async -> CheckResult {
        await check("IdP-initiated: off", rule: "M15") {
            let (before, browser) = (try await world.broker.position(), world.browser())
            let trail = try await world.deliver(
                unsolicited("off@acme.example", SAMLSuite.plain, browser), with: browser)
            try require(trail.handle == nil, "a session was opened")
            try require(try await world.successes(after: before) == 0, "it succeeded")
            return try await world.refusals(after: before).last?.code
        }
    }

    /// The message is dropped, and an ordinary login is begun; the IdP knows the person and answers at once.
    private func restart() async -> CheckResult {
        await check("IdP-initiated: restart", rule: "M15") {
            let (before, browser) = (try await world.broker.position(), world.browser())
            let page = try await unsolicited("restart@acme.example", "restart", browser, relayState: "/anywhere")
            let form = try unwrap(HTMLForm(page), "no form")
            let answer = try await world.toIdP(try await browser.submit(form), with: browser)
            try require(browser.jar.value(World.cookies.handle, host: TestBroker.host) == nil, "a session at once")
            try require(answer.url.host() != TestBroker.host, "no new request: \(answer.status) \(answer.url.path())")
            let trail = try await world.deliver(answer, with: browser)
            try await expectSession(trail, after: before)
            try require(try await world.successes(after: before) == 1, "not exactly one login")
            return "a new request"
        }
    }

    /// The person is asked, and only their own form opens the session.
    private func accept() async -> CheckResult {
        await check("IdP-initiated: accept", rule: "M15") {
            let (before, browser) = (try await world.broker.position(), world.browser())
            let asked = try await world.deliver(
                unsolicited("accept@acme.example", "accept", browser), with: browser)
            try require(asked.handle == nil && asked.token == nil, "a session without asking")
            guard asked.last.status == 200 else {
                throw Unmet("no page: \(asked.last.status) \(try await world.lastRefusal(after: before))")
            }
            try require(asked.last.body.contains("accept@acme.example"), "the page does not say who")
            let form = try unwrap(HTMLForm(asked.last), "no form")
            let stranger = world.browser()
            let stolen = try await world.walk(try await stranger.submit(form), with: stranger)
            try require(stolen.handle == nil, "another browser took it")
            let trail = try await world.walk(try await browser.submit(form), with: browser)
            try await expectSession(trail, after: before)
            return "after Continue"
        }
    }

    /// Whoever is signed in stays who they are until they say otherwise.
    private func neverOverAnother() async -> CheckResult {
        await check("IdP-initiated: not over another customer's session", rule: "M15") {
            let (browser, trail) = try await world.signedIn("victim@acme.example", connection: SAMLSuite.plain)
            let asked = try await world.deliver(
                unsolicited("intruder@acme.example", "accept", browser), with: browser)
            try require(asked.handle == trail.handle, "the session changed")
            try require(try await world.gate(browser) == 200, "the session is gone")
            return "\(asked.last.status)"
        }
    }

    /// The same message again, into another browser.
    private func replayed() async -> CheckResult {
        await check("IdP-initiated: the same message again", rule: "M29") {
            let browser = world.browser()
            let page = try await unsolicited("replay@acme.example", "accept", browser)
            _ = try await world.deliver(page, with: browser)
            let (before, other) = (try await world.broker.position(), world.browser())
            let again = try await world.deliver(page, with: other)
            try require(again.handle == nil, "a session was opened")
            let refusal = try await world.refusals(after: before).last
            let rule = refusal?.rule ?? refusal?.code
            try require(rule == "replayed", "refused by \(rule ?? "nothing"): \(again.last.status)")
            return rule
        }
    }

    /// The answer to somebody's request, without the RelayState that would tie it to a browser.
    private func answersARequest() async -> CheckResult {
        await check("IdP-initiated: an answer to a request is not unsolicited", rule: "M15") {
            let other = world.browser()
            let answer = try await world.answer(for: "asked@acme.example", connection: "accept", with: other)
            var form = try unwrap(HTMLForm(answer), "no form")
            form.fields.removeAll { $0.0 == "RelayState" }
            let (before, browser) = (try await world.broker.position(), world.browser())
            let trail = try await world.walk(try await browser.submit(form), with: browser)
            try require(trail.handle == nil, "a session was opened")
            let refusal = try unwrap(try await world.refusals(after: before).last, "nothing was refused")
            try require(refusal.rule == "in_response_to_mismatch", "refused by \(refusal.rule ?? refusal.code)")
            return refusal.rule
        }
    }
}
