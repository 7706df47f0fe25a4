// SPDX-License-Identifier: Apache-2.0

import BrokerModel
import Foundation
import MockIdentityProviders

/// Single Logout, both ways (M26, P8): what is signed ends sessions, whoever's browser carries it.
struct LogoutSAMLChecks: SAMLChecks {
    let world: SAMLWorld

    func run() async -> [CheckResult] {
        var results = [
            await fromIdP(usesPost: false), await fromIdP(usesPost: true), await byAnotherBrowser(),
            await onlyTheNamed(),
            await fromBroker(isPartial: false), await fromBroker(isPartial: true),
        ]
        for fault in SAMLLogoutFault.allCases where !fault.needsResponse {
            results.append(await refusesRequest(fault, usesPost: false))
            if !fault.needsRedirect { results.append(await refusesRequest(fault, usesPost: true)) }
        }
        for fault in SAMLLogoutFault.allCases where !fault.needsRequest && !fault.needsRedirect {
            results.append(await refusesResponse(fault))
        }
        return results
    }

    /// What the IdP sends when somebody signs out there; nil is whoever the browser is signed in as.
    private func startLogout(_ user: String?, _ browser: Browser, usesPost: Bool = false) async throws -> Page {
        let sp = Browser.encoded("\(world.callback(SAMLSuite.plain))/metadata")
        let url =
            "\(world.idp.base(SAMLWorld.tenant))/start-logout?sp=\(sp)&RelayState=r1"
        let whose = user.map { "&user=\(Browser.encoded($0))" } ?? ""
        return try await browser.open(url + whose + (usesPost ? "&post=1" : ""))
    }

    /// Brings a logout message from one side to the other and the answer back.
    private func carry(_ page: Page, _ browser: Browser) async throws -> Page {
        var page = page
        for _ in 0..<6 {
            if let next = page.location {
                page = try await browser.open(next.absoluteString)
            } else if let form = HTMLForm(page), form["SAMLRequest"] ?? form["SAMLResponse"] != nil {
                page = try await browser.submit(form)
            } else {
                return page
            }
            world.seen.add(page)
        }
        return page
    }

    private func fromIdP(usesPost: Bool) async -> CheckResult {
        await check("logout from the IdP by \(usesPost ? "POST" : "redirect")", rule: "P8") {
            let user = "out-\(usesPost)@acme.example"
            let (browser, _) = try await world.signedIn(user, connection: SAMLSuite.plain)
            let before = try world.tenant().logoutAnswers.count
            let last = try await carry(try await startLogout(user, browser, usesPost: usesPost), browser)
            try require(try await world.gate(browser) != 200, "the session is alive: \(last.status) \(last.url.path())")
            let answers = try world.tenant().logoutAnswers.dropFirst(before)
            try require(Array(answers) == ["success"], "the IdP heard \(Array(answers))")
            return "the session ended, the IdP heard of it"
        }
    }

    /// A browser that is not signed in carries the message: the session of the person that it names ends.
    private func byAnotherBrowser() async -> CheckResult {
        await check("logout from the IdP, carried by another browser", rule: "M26") {
            let user = "carried@acme.example"
            let (browser, _) = try await world.signedIn(user, connection: SAMLSuite.plain)
            let other = world.browser()
            _ = try await carry(try await startLogout(user, other), other)
            try require(try await world.gate(browser) != 200, "the session is alive")
            return "the named session ended"
        }
    }

    /// Somebody else's session stays, even in the browser that carries the message.
    private func onlyTheNamed() async -> CheckResult {
        await check("logout from the IdP ends nobody else's session", rule: "M26") {
            let (bystander, _) = try await world.signedIn("bystander@acme.example", connection: SAMLSuite.plain)
            _ = try await world.signedIn("leaver@acme.example", connection: SAMLSuite.plain)
            _ = try await carry(try await startLogout("leaver@acme.example", bystander), bystander)
            try require(try await world.gate(bystander) == 200, "the bystander was signed out")
            return "the bystander stays"
        }
    }

    private func refusesRequest(_ fault: SAMLLogoutFault, usesPost: Bool) async -> CheckResult {
        await check("LogoutRequest by \(usesPost ? "POST" : "redirect"): \(fault.rawValue)", rule: fault.rule) {
            let user = "no-\(fault.rawValue)-\(usesPost)@acme.example"
            let (browser, _) = try await world.signedIn(user, connection: SAMLSuite.plain)
            if fault == .replayed {
                // An honest one before, for another session of the same person.
                let earlier = try await world.signedIn(user, connection: SAMLSuite.plain)
                _ = try await carry(try await startLogout(nil, earlier.browser, usesPost: usesPost), earlier.browser)
            }
            let position = try await world.broker.position()
            try world.tenant().setLogoutFault(fault)
            let carrier = world.browser()
            _ = try await carry(try await startLogout(user, carrier, usesPost: usesPost), carrier)
            try require(try await world.gate(browser) == 200, "the session ended")
            let refusal = try unwrap(try await world.refusals(after: position).last, "nothing was refused")
            try require(refusal.kind == .logoutRefused, "audit: \(refusal.kind.rawValue)")
            let expected = fault.expectation(byPost: usesPost)
            try require(refusal.matches(expected), "refused by \(refusal.rule ?? refusal.code)")
            return refusal.rule ?? refusal.code
        }
    }

    /// Signs out at the broker.
    private func signOut(_ browser: Browser) async throws -> Page {
        let page = try await browser.open("\(world.broker.origin)/vestibule/sign-out")
        let form = try unwrap(HTMLForm(page), "no form: \(page.status)")
        return try await browser.submit(form)
    }

    private func fromBroker(isPartial: Bool) async -> CheckResult {
        await check("sign-out at the broker\(isPartial ? ", answered with PartialLogout" : "")", rule: "P8") {
            let (browser, _) = try await world.signedIn(
                "signout-\(isPartial)@acme.example", connection: SAMLSuite.plain)
            try world.tenant().setLogoutPartial(isPartial)
            let (position, sessions) = (try await world.broker.position(), try world.tenant().sessionCount)
            let first = try await signOut(browser)
            try require(try await world.gate(browser) != 200, "the session is alive before the IdP has answered")
            let last = try await carry(first, browser)
            try require(try world.tenant().sessionCount == sessions - 1, "the IdP's session is alive")
            try require(
                last.url.host() == TestBroker.host && last.status == 200, "ended at \(last.url) with \(last.status)")
            let kinds = try await world.broker.records(after: position, kinds: [.logoutSent, .logoutAnswered]).map(
                \.kind)
            try require(kinds == [.logoutSent, .logoutAnswered], "audit: \(kinds.map(\.rawValue))")
            return "both sessions ended"
        }
    }

    /// The local session is over anyway; a forged answer is not the IdP's word.
    private func refusesResponse(_ fault: SAMLLogoutFault) async -> CheckResult {
        await check("LogoutResponse: \(fault.rawValue)", rule: fault.rule) {
            let (browser, _) = try await world.signedIn(
                "answer-\(fault.rawValue)@acme.example", connection: SAMLSuite.plain)
            try world.tenant().setLogoutFault(fault)
            let position = try await world.broker.position()
            _ = try await carry(try await signOut(browser), browser)
            try require(try await world.gate(browser) != 200, "the session is alive")
            let refusal = try unwrap(try await world.refusals(after: position).last, "nothing was refused")
            try require(refusal.matches(fault.expectation()), "refused by \(refusal.rule ?? refusal.code)")
            return refusal.rule ?? refusal.code
        }
    }
}

extension SAMLLogoutFault {
    /// What the audit log must say; by POST the signature is in the message, and tells what was changed.
    fileprivate func expectation(byPost: Bool = false) -> Expectation {
        switch self {
        case .tampered where byPost: .rule("digest_mismatch")
        case .unsigned: .rule("logout_unsigned")
        case .wrongKey, .tampered, .relayStateChanged: .rule("signature_invalid")
        case .sha1: .rule("signature_algorithm_not_allowed")
        case .issuerWrong, .issuerOtherTenant: .rule("logout_issuer_mismatch")
        case .destinationWrong: .rule("logout_destination_mismatch")
        case .expired: .rule("logout_too_old")
        case .notOnOrAfterPassed: .rule("logout_expired")
        case .issuedInFuture: .rule("logout_issued_in_future")
        case .bothMessages: .rule("message_ambiguous")
        case .bomb: .rule("deflate_too_large")
        case .inResponseToWrong: .rule("logout_in_response_to_mismatch")
        case .replayed: .code("replayed")
        case .parameterTwice: .code("malformed_request")
        }
    }
}
