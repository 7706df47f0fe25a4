// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import Foundation
import MockIdentityProviders

/// A message belongs to one browser, one connection, one IdP and one moment (M15, M11, M56).
struct BindingSAMLChecks: SAMLChecks {
    let world: SAMLWorld

    func run() async -> [CheckResult] {
        [
            await otherBrowser(), await twice(), await otherConnection(), await sharedCertificate(), await otherIdP(),
            await disabledMeanwhile(), await tooLate(),
        ]
    }

    /// Another browser brings the message of the one that asked.
    private func otherBrowser() async -> CheckResult {
        await refused("another browser brings the message", "M47", code: "browser_mismatch") { browser in
            let answer = try await world.answer(
                for: "bound@acme.example", connection: SAMLSuite.plain, with: world.browser())
            return try await world.deliver(answer, with: browser)
        }
    }

    /// The same form once more, by the browser that was let in by it.
    private func twice() async -> CheckResult {
        await check("the same Response again", rule: "M29") {
            let browser = world.browser()
            let answer = try await world.answer(for: "twice@acme.example", connection: SAMLSuite.plain, with: browser)
            let first = try await world.deliver(answer, with: browser)
            try require(first.handle != nil, "the first one did not get in")
            let before = try await world.broker.position()
            _ = try await world.deliver(answer, with: browser)
            try require(try await world.successes(after: before) == 0, "a second session was opened")
            let code = try await world.refusals(after: before).last?.code
            try require(code == "login_already_used" || code == "browser_mismatch", "refused by \(code ?? "nothing")")
            return code
        }
    }

    /// The message of one connection, posted to the callback of another.
    private func otherConnection() async -> CheckResult {
        await refused("the callback of another connection", "M15", code: "state_mismatch") { browser in
            let answer = try await world.answer(for: "moved@acme.example", connection: SAMLSuite.plain, with: browser)
            var form = try unwrap(HTMLForm(answer), "no form")
            form.action = try unwrap(URL(string: world.callback("shared")), "no URL")
            return try await world.walk(browser.submit(form), with: browser)
        }
    }

    /// Two organizations trust one IdP with one certificate: the audience tells their assertions apart, whatever envelope an
    /// attacker writes around them.
    private func sharedCertificate() async -> CheckResult {
        await refused("another organization's assertion, same IdP, same key", "M14", rule: "audience_mismatch") {
            browser in
            let foreign = try await world.answer(
                for: "x@globex.example", connection: "neighbour", with: world.browser())
            let own = try await world.answer(for: "x@acme.example", connection: "shared", with: browser)
            var form = try unwrap(HTMLForm(own), "no form")
            let (envelope, letter) = (try message(own), try message(foreign))
            let element = /<saml:Assertion[\s\S]*<\/saml:Assertion>/
            let assertion = try unwrap(letter.firstMatch(of: element).map { String($0.0) }, "no assertion")
            let forged = Data(envelope.replacing(element, with: assertion).utf8).base64EncodedString()
            form.fields = form.fields.map { $0.0 == "SAMLResponse" ? ($0.0, forged) : $0 }
            return try await world.walk(browser.submit(form), with: browser)
        }
    }

    private func message(_ page: Page) throws -> String {
        let text = try unwrap(HTMLForm(page)?["SAMLResponse"], "no message")
        return String(decoding: try unwrap(Data(base64Encoded: text), "no base64"), as: UTF8.self)
    }

    /// A genuine message of another IdP.
    private func otherIdP() async -> CheckResult {
        await refused("a genuine message of another IdP", "M11", rule: "signature_invalid") { browser in
            let foreign = try await world.answer(for: "y@globex.example", connection: "globex", with: world.browser())
            let own = try await world.answer(for: "y@acme.example", connection: SAMLSuite.plain, with: browser)
            var form = try unwrap(HTMLForm(own), "no form")
            let message = try unwrap(HTMLForm(foreign)?["SAMLResponse"], "no message")
            form.fields = form.fields.map { $0.0 == "SAMLResponse" ? ($0.0, message) : $0 }
            return try await world.walk(browser.submit(form), with: browser)
        }
    }

    /// The connection is disabled while the person is at the IdP.
    private func disabledMeanwhile() async -> CheckResult {
        await refused("the connection is disabled meanwhile", "M56", code: "connection_disabled") { browser in
            let answer = try await world.answer(for: "closing@acme.example", connection: "closing", with: browser)
            var closed = try world.connection(.init("closing"))
            closed.isEnabled = false
            try await world.broker.apply(organizations: [], connections: [closed])
            return try await world.deliver(answer, with: browser)
        }
    }

    /// The person comes back after the login has ended.
    private func tooLate() async -> CheckResult {
        await refused("an hour later", "M16", code: "login_expired") { browser in
            let answer = try await world.answer(for: "late@acme.example", connection: SAMLSuite.plain, with: browser)
            return try await world.broker.clock.later(by: .seconds(3600)) {
                try await world.deliver(answer, with: browser)
            }
        }
    }

    private func refused(
        _ name: String, _ number: String, rule: String? = nil, code: String = "message_refused",
        _ body: (Browser) async throws -> LoginTrail
    ) async -> CheckResult {
        await check(name, rule: number) {
            let (before, browser) = (try await world.broker.position(), world.browser())
            let trail = try await body(browser)
            try require(trail.handle == nil && trail.token == nil, "a session was opened")
            let refusal = try unwrap(try await world.refusals(after: before).last, "nothing was audited")
            try require(refusal.code == code, "refused by \(refusal.code): \(refusal.detail ?? "")")
            try require(rule == nil || refusal.rule == rule, "refused by \(refusal.rule ?? "-")")
            return refusal.rule ?? refusal.code
        }
    }
}
