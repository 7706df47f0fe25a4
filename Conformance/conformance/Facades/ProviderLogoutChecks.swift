// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE

/// The OpenID Foundation's modules about RP-initiated logout.
struct ProviderLogoutChecks: FacadeChecks {
    let world: FacadeWorld
    private var party: RelyingParty { world.party }
    private static let away = RelyingParty.afterLogout

    func run() async -> [CheckResult] {
        [
            await atOnce(
                "oidcc-rp-initiated-logout", ["post_logout_redirect_uri": Self.away, "state": "s"],
                "\(Self.away)?state=s"),
            await atOnce("oidcc-rp-initiated-logout-no-state", ["post_logout_redirect_uri": Self.away], Self.away),
            await atOnce("oidcc-rp-initiated-logout-no-post-logout-redirect-uri", ["state": "s"], nil),
            await errorPage(
                "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri",
                ["post_logout_redirect_uri": "https://evil.example/"]),
            await errorPage(
                "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri",
                ["post_logout_redirect_uri": "\(Self.away)?foo=bar"]),
            await errorPage(
                "oidcc-rp-initiated-logout-modified-id-token-hint", ["post_logout_redirect_uri": Self.away],
                hint: { String($0.dropLast(4)) + "AAAA" }),
            await errorPage(
                "oidcc-rp-initiated-logout-bad-id-token-hint", ["post_logout_redirect_uri": Self.away],
                hint: { _ in "not.a.token" }),
            await asks(
                "oidcc-rp-initiated-logout-no-id-token-hint", ["post_logout_redirect_uri": Self.away], goesAway: false),
            await asks(
                "oidcc-rp-initiated-logout with client_id only",
                ["post_logout_redirect_uri": Self.away, "client_id": RelyingParty.clientID], goesAway: true),
            await asks("oidcc-rp-initiated-logout-no-params", [:], goesAway: false),
            await asks("oidcc-rp-initiated-logout-only-state", ["state": "s"], goesAway: false),
            await othersToken(),
        ]
    }

    private func url(_ parameters: [String: String]) -> String {
        let query = parameters.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(Browser.encoded($0.value))" }.joined(separator: "&")
        return "\(party.issuer)/logout" + (query.isEmpty ? "" : "?\(query)")
    }

    private func isSignedIn(_ browser: Browser) async throws -> Bool {
        try party.answer(await browser.open(party.authorizeURL(["prompt": "none"])))["code"] != nil
    }

    /// Walks through the IdP's own logout, and stops where we would leave for the client.
    ///
    /// A page that posts itself carries the sign-out to the IdP.
    private func walk(_ page: Page, _ browser: Browser) async throws -> Page {
        let last = try await party.walk(page, browser)
        guard let form = HTMLForm(last), form.action.host() == "idp.localhost" else { return last }
        return try await walk(browser.submit(form), browser)
    }

    private func atOnce(_ name: String, _ parameters: [String: String], _ target: String?) async -> CheckResult {
        await check(name, rule: "M49") {
            let browser = world.world.browser()
            let tokens = try await party.tokens(await party.code(browser))
            let page = try await walk(
                browser.open(url(parameters.merging(["id_token_hint": tokens.id]) { $1 })), browser)
            try require(
                page.location?.absoluteString == target, "went to \(page.location?.absoluteString ?? page.url.path())")
            try require(try await !isSignedIn(browser), "still signed in")
            try require(try await party.userInfo(tokens.access).status == 401, "the access token still counts")
            return target ?? "our own page"
        }
    }

    private func errorPage(
        _ name: String, _ parameters: [String: String], hint: (String) -> String = { $0 }
    ) async -> CheckResult {
        await check(name, rule: "M50") {
            let browser = world.world.browser()
            let tokens = try await party.tokens(await party.code(browser))
            let page = try await browser.open(url(parameters.merging(["id_token_hint": hint(tokens.id)]) { $1 }))
            try require((400...499).contains(page.status) && page.location == nil, "\(page.status)")
            try require(page.reference != nil, "no reference id")
            try require(try await isSignedIn(browser), "signed out")
            return "\(page.status) \(page.errorCode ?? "")"
        }
    }

    /// Nobody proved that the person wants it: a page asks, and a link elsewhere cannot answer it (M49).
    private func asks(_ name: String, _ parameters: [String: String], goesAway: Bool) async -> CheckResult {
        await check(name, rule: "M49") {
            let browser = world.world.browser()
            _ = try await party.tokens(await party.code(browser))
            let page = try await browser.open(url(parameters))
            if page.status >= 400 {
                try require(page.location == nil && page.reference != nil, "\(page.status)")
                try require(try await isSignedIn(browser), "signed out")
                return "\(page.status)"
            }
            let form = try unwrap(HTMLForm(page), "no question: \(page.status)")
            try require(try await isSignedIn(browser), "signed out before the answer")
            let last = try await walk(browser.submit(form), browser)
            try require(try await !isSignedIn(browser), "still signed in")
            let away = last.location?.absoluteString
            try require(away == (goesAway ? Self.away : nil), "went to \(away ?? "our page")")
            return "asked"
        }
    }

    private func othersToken() async -> CheckResult {
        await check("another person's ID token does not sign this one out unasked", rule: "M49") {
            let (alice, bob) = (world.world.browser(), world.world.browser())
            let hers = try await party.tokens(await party.code(alice))
            _ = try await party.code(bob, as: "bob@acme.example")
            let page = try await bob.open(url(["id_token_hint": hers.id]))
            try require(try await isSignedIn(bob), "bob was signed out")
            return "\(page.status)"
        }
    }
}
