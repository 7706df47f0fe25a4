// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE

/// The OpenID Foundation's modules about authorization requests.
struct ProviderRequestChecks: FacadeChecks {
    let world: FacadeWorld
    private var party: RelyingParty { world.party }

    func run() async -> [CheckResult] {
        [
            await responseType(), await promptLogin(), await promptNoneAlone(), await promptNoneSignedIn(),
            await maxAge("oidcc-max-age-1", 1, isAskedAgain: true),
            await maxAge("oidcc-max-age-10000", 10000, isAskedAgain: false),
            await harmless("oidcc-display-page", ["display": "page"]),
            await harmless("oidcc-display-popup", ["display": "popup"]),
            await harmless("oidcc-ui-locales", ["ui_locales": "se"]),
            await harmless("oidcc-claims-locales", ["claims_locales": "se"]),
            await harmless("oidcc-ensure-request-with-acr-values-succeeds", ["acr_values": "1 2"]),
            await harmless("oidcc-ensure-request-with-unknown-parameter-succeeds", ["extra": "foobar"]),
            await harmless(
                "oidcc-claims-essential", ["claims": #"{"userinfo":{"name":{"essential":true}}}"#]),
            await loginHint(), await idTokenHint(), await posted(),
            await notSupported(
                "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
                ["request_uri": "https://jsm.example/request"], "request_uri_not_supported"),
            await notSupported(
                "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
                ["request": "eyJhbGciOiJub25lIn0.e30."], "request_not_supported"),
            await notSupported(
                "oidcc-ensure-request-object-with-redirect-uri",
                ["request": "eyJhbGciOiJub25lIn0.eyJyZWRpcmVjdF91cmkiOiJodHRwczovL2V2aWwuZXhhbXBsZS8ifQ."],
                "request_not_supported"),
            await duplicates(),
        ]
    }

    private func signedIn() async throws -> Browser {
        let browser = world.world.browser()
        _ = try await party.tokens(await party.code(browser))
        return browser
    }

    private func responseType() async -> CheckResult {
        await check("oidcc-response-type-missing") {
            let answer = try party.answer(await party.ask(world.world.browser(), ["response_type": nil]))
            try require(answer["error"] == "invalid_request", answer["error"] ?? "no error")
            try require(answer["state"] == "state-1" && answer["code"] == nil, "state")
            return "invalid_request"
        }
    }

    private func promptLogin() async -> CheckResult {
        await check("oidcc-prompt-login") {
            let browser = try await signedIn()
            let first = try await party.tokens(await party.code(browser))
            try await world.world.broker.clock.later(by: .seconds(5)) {
                let second = try await party.tokens(await party.code(browser, ["prompt": "login"]))
                let times = [first, second].map { $0.claims.int64("auth_time") ?? 0 }
                try require(times[1] > times[0], "auth_time \(times)")
                try require(first.claims.string("sub") == second.claims.string("sub"), "two subjects")
            }
            return "asked again"
        }
    }

    private func promptNoneAlone() async -> CheckResult {
        await check("oidcc-prompt-none-not-logged-in") {
            let answer = try party.answer(await party.ask(world.world.browser(), ["prompt": "none"]))
            try require(answer["error"] == "login_required", answer["error"] ?? "no error")
            return "login_required"
        }
    }

    private func promptNoneSignedIn() async -> CheckResult {
        await check("oidcc-prompt-none-logged-in") {
            let browser = try await signedIn()
            let page = try await browser.open(party.authorizeURL(["prompt": "none"]))
            let answer = try party.answer(page)
            _ = try await party.tokens(try unwrap(answer["code"], "no code: \(answer["error"] ?? "")"))
            return "one redirect"
        }
    }

    private func maxAge(_ name: String, _ seconds: Int, isAskedAgain: Bool) async -> CheckResult {
        await check(name) {
            let browser = try await signedIn()
            let first = try await party.tokens(await party.code(browser))
            return try await world.world.broker.clock.later(by: .seconds(120)) {
                let second = try await party.tokens(await party.code(browser, ["max_age": "\(seconds)"]))
                let times = [first, second].map { $0.claims.int64("auth_time") ?? 0 }
                try require((times[1] > times[0]) == isAskedAgain, "auth_time \(times)")
                return isAskedAgain ? "asked again" : "silent"
            }
        }
    }

    private func harmless(_ name: String, _ changes: [String: String?]) async -> CheckResult {
        await check(name) {
            _ = try await party.tokens(await party.code(world.world.browser(), changes))
            return nil
        }
    }

    private func loginHint() async -> CheckResult {
        await check("oidcc-login-hint") {
            let tokens = try await party.tokens(await party.code(world.world.browser(), as: "bob@acme.example"))
            try require(tokens.claims.string("email") == "bob@acme.example", "another person")
            return "bob"
        }
    }

    private func idTokenHint() async -> CheckResult {
        await check("oidcc-id-token-hint") {
            let (alice, bob) = (world.world.browser(), world.world.browser())
            let hers = try await party.tokens(await party.code(alice))
            _ = try await party.code(bob, as: "bob@acme.example")
            let same = try party.answer(
                await alice.open(party.authorizeURL(["prompt": "none", "id_token_hint": hers.id])))
            try require(same["code"] != nil, same["error"] ?? "no code")
            let other = try party.answer(
                await bob.open(party.authorizeURL(["prompt": "none", "id_token_hint": hers.id])))
            try require(other["code"] == nil && other["error"] == "login_required", other["error"] ?? "a code for bob")
            return "login_required for another"
        }
    }

    private func posted() async -> CheckResult {
        await check("oidcc-ensure-post-request-succeeds") {
            let browser = world.world.browser()
            let page = try await browser.post(
                "\(party.issuer)/authorize", form: party.parameters(["login_hint": "alice@acme.example"]))
            let answer = try party.answer(await party.walk(page, browser))
            _ = try await party.tokens(try unwrap(answer["code"], "no code"))
            return nil
        }
    }

    private func notSupported(_ name: String, _ changes: [String: String?], _ error: String) async -> CheckResult {
        await check(name, rule: "M51") {
            let answer = try party.answer(await party.ask(world.world.browser(), changes))
            try require(answer["error"] == error, answer["error"] ?? "no error")
            return error
        }
    }

    private func duplicates() async -> CheckResult {
        await check("a parameter that is there twice is an error page", rule: "M50") {
            try await world.refused("malformed_request") {
                try await world.world.browser().open(
                    party.authorizeURL() + "&redirect_uri=https%3A%2F%2Fevil.example%2F")
            }
        }
    }
}
