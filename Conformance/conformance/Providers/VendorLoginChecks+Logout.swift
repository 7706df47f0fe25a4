// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import Foundation

/// Sign-out at the IdP and back: the OpenID Foundation's cases that a module alone cannot show, for the broker compares
/// the state.
extension VendorLoginChecks {
    func signOutReturns() async -> [CheckResult] {
        [
            await returned("rp-init-logout", "with its own state the sign-out is complete") { $0 },
            await returned(
                "rp-init-logout-other-state", "another state is nobody's sign-out", code: "malformed_request"
            ) {
                changing($0, state: "another")
            },
            await returned("rp-init-logout-no-state", "no state is nobody's sign-out", code: "malformed_request") {
                changing($0, state: nil)
            },
        ]
    }

    private func changing(_ url: URL, state: String?) -> URL {
        var parts = URLComponents(url: url, resolvingAgainstBaseURL: false)
        parts?.queryItems = state.map { [URLQueryItem(name: "state", value: $0)] }
        return parts?.url ?? url
    }

    /// Signs in and out, and comes back from the IdP by an address that somebody may have changed.
    private func returned(
        _ name: String, _ title: String, code: String? = nil, _ change: (URL) -> URL
    ) async -> CheckResult {
        await conformance.check(ProvidersSuite.group, "logout oidcc-client-test-\(name) (broker)") {
            let browser = world.browser()
            let trail = try await world.signIn(try world.person("keycloak").email, with: browser)
            let handle = try unwrap(trail.handle, "no session: \(trail.last.errorCode ?? "")")
            let signOut = try await browser.post(
                "\(world.broker.origin)/vestibule/sign-out", form: [("csrf", SessionHandle.formToken(handle))])
            let back = try unwrap(try await atIdP(signOut, browser).location, "the IdP does not send the browser back")
            try require(back.path().hasSuffix("/cb/keycloak/logout"), "back at \(back.path())")
            let page = try await browser.follow(try await browser.open(change(back).absoluteString)).last
            let seen = try unwrap(page, "no page")
            try require(
                seen.errorCode == code && (seen.status < 400) == (code == nil),
                "ended with \(seen.status) \(seen.errorCode ?? "without a code") at \(seen.url.path())")
            try require(try await world.gate(browser).status == 401, "the session goes on")
            return title
        }
    }

    /// The IdP's answer to the sign-out request, by a link or by a form that posts itself.
    private func atIdP(_ page: Page, _ browser: Browser) async throws -> Page {
        if let next = page.location { return try await browser.open(next.absoluteString) }
        return try await browser.submit(try unwrap(HTMLForm(page), "no form: \(page.status)"))
    }
}
