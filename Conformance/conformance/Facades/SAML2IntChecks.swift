// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import Foundation
import SAML
import XMLSecurity

/// The IdP's part of Kantara's SAML2Int profile (IDP04 to IDP11), and what an SP's enemy may try.
struct SAML2IntChecks: FacadeChecks {
    let world: FacadeWorld
    private var provider: TestServiceProvider { world.provider }
    typealias Wish = TestServiceProvider.Wish

    func run() async -> [CheckResult] {
        [
            await signIn("SAML2Int IDP04 a signed AuthnRequest by Redirect", .redirect),
            await signIn("SAML2Int IDP05 a signed AuthnRequest by POST", .post),
            await acs(), await forced(), await forcedInSilence(), await passive(), await response(), await sealed(),
            await nameIDPolicy(), await context(),
            await refused("an unsigned request where signatures are required", "message_refused") {
                $0.isSigned = false
            },
            await refused("another SP's name", "client_unknown") { $0.issuer = "https://evil.example/saml" },
            await refused("SAML2Int IDP06 a foreign ACS", "redirect_uri_mismatch") {
                $0.acsURL = "https://evil.example/acs"
            },
            await refused("an ACS with one letter more", "redirect_uri_mismatch") {
                $0.acsURL = TestServiceProvider.acsURL + "/"
            },
            await refused("a request for another endpoint", "message_refused") {
                $0.destination = "https://other.example/sso"
            },
            await refused("a request of an hour ago", "message_refused") { $0.age = .seconds(3600) },
            await refused("a request of the future", "message_refused") { $0.age = .seconds(-3600) },
            await forged(), await replayed(), await stripped(), await relayState(), await incomplete(),
        ]
    }

    private func hint(_ browser: Browser) async throws {
        // The person is known already: SAML requests bring no address.
        _ = try await world.party.code(browser)
    }

    private func signIn(
        _ name: String, _ binding: IdentityProviderDescription.Binding
    ) async -> CheckResult {
        await check(name) {
            let (browser, wish) = (world.world.browser(), Wish(binding: binding))
            try await hint(browser)
            let answer = try await provider.answer(provider.ask(browser, wish), to: wish)
            try require(answer.content.nameID?.value == "alice@acme.example", "NameID")
            try require(answer.content.nameID?.format == SAMLURI.emailFormat, "format")
            try require(answer.relayState == "relay-1", "RelayState")
            return "alice"
        }
    }

    private func acs() async -> CheckResult {
        await check("SAML2Int IDP06 the registered ACS, named or not") {
            let browser = world.world.browser()
            try await hint(browser)
            for url in [nil, ""] {
                let wish = Wish(acsURL: url)
                _ = try await provider.answer(provider.ask(browser, wish), to: wish)
            }
            return nil
        }
    }

    private func forced() async -> CheckResult {
        await check("SAML2Int IDP07 ForceAuthn asks again") {
            let browser = world.world.browser()
            try await hint(browser)
            let before = try await provider.answer(try ask(browser, Wish()))
            return try await world.world.broker.clock.later(by: .seconds(60)) {
                let again = try await provider.answer(
                    try askAsAlice(browser, Wish(forceAuthn: true)))
                let times = [before, again].map { $0.content.authentication.authTime ?? Timestamp(seconds: 0) }
                try require(times[1] > times[0], "AuthnInstant did not move")
                return "asked again"
            }
        }
    }

    /// Who cannot be asked cannot prove to be there.
    private func forcedInSilence() async -> CheckResult {
        await check("SAML2Int IDP08 ForceAuthn of whom nobody may ask") {
            let browser = world.world.browser()
            try await hint(browser)
            let status = try provider.status(
                await provider.ask(browser, Wish(forceAuthn: true, isPassive: true)))
            try require(status.hasSuffix("NoPassive"), status)
            return status
        }
    }

    private func sealed() async -> CheckResult {
        await check("SAML2Int IDP11 an encrypted assertion") {
            let (browser, wish) = (world.world.browser(), Wish())
            try await hint(browser)
            let provider = TestServiceProvider(world: world.world, site: FacadeWorld.sealed, key: provider.key)
            let answer = try await provider.answer(provider.ask(browser, wish), to: wish)
            try require(
                answer.xml.contains("EncryptedAssertion") && !answer.xml.contains("<saml:Assertion "), "in the clear")
            try require(answer.content.nameID?.value == "alice@acme.example", "NameID")
            return "AES-GCM, RSA-OAEP"
        }
    }

    /// A request and the page that it led to.
    private func ask(_ browser: Browser, _ wish: Wish) async throws -> (Page, Wish) {
        (try await provider.ask(browser, wish), wish)
    }

    /// The same where our page asks for an address first.
    private func askAsAlice(_ browser: Browser, _ wish: Wish) async throws -> (Page, Wish) {
        let page = try await provider.ask(browser, wish)
        guard page.url.path().contains("/login/"), let form = HTMLForm(page) else { return (page, wish) }
        let next = try await browser.submit(form, adding: [("email", "alice@acme.example")])
        let pages = try await browser.follow(next) {
            ["portal.localhost", "idp.localhost"].contains($0.host() ?? "")
        }
        return (pages[pages.count - 1], wish)
    }

    private func passive() async -> CheckResult {
        await check("IsPassive shows nothing") {
            let status = try provider.status(await provider.ask(world.world.browser(), Wish(isPassive: true)))
            try require(status.hasSuffix("NoPassive"), status)
            return status
        }
    }

    private func response() async -> CheckResult {
        await check("SAML2Int IDP09, IDP10 signed Response with one assertion and one AuthnStatement") {
            let browser = world.world.browser()
            try await hint(browser)
            let xml = try await provider.answer(try ask(browser, Wish())).xml
            let count = { (name: String) in xml.components(separatedBy: "<saml:\(name)").count - 1 }
            try require(xml.components(separatedBy: "<saml:Assertion ").count == 2, "assertions")
            try require(count("AuthnStatement") == 1, "AuthnStatements")
            for name in ["givenname", "surname", "emailaddress", "name"] {
                try require(
                    name == "givenname" || name == "surname"
                        || xml.contains("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/\(name)"), "no \(name)")
            }
            return nil
        }
    }

    private func nameIDPolicy() async -> CheckResult {
        await check("a NameID format that is not offered") {
            let browser = world.world.browser()
            try await hint(browser)
            let wish = Wish(nameIDFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")
            let status = try provider.status(await provider.ask(browser, wish))
            try require(status.hasSuffix("InvalidNameIDPolicy"), status)
            return status
        }
    }

    private func context() async -> CheckResult {
        await check("an authentication context that nobody meets") {
            let browser = world.world.browser()
            try await hint(browser)
            let wish = Wish(isPassive: true, contextClasses: ["urn:example:three-factors"])
            let status = try provider.status(await provider.ask(browser, wish))
            try require(!status.hasSuffix("Success"), status)
            return status
        }
    }

    // MARK: Refused

    private func refused(
        _ name: String, _ code: String, _ change: (inout Wish) -> Void
    ) async -> CheckResult {
        await check(name, rule: "M50") {
            var wish = Wish()
            change(&wish)
            let browser = world.world.browser()
            try await hint(browser)
            return try await world.refused(code) { try await provider.ask(browser, wish) }
        }
    }

    private func forged() async -> CheckResult {
        await check("a request under another key", rule: "M2") {
            let stranger = try PrivateKey(pkcs8: PrivateKey.generateRSA())
            return try await world.refused("message_refused") {
                try await provider.ask(world.world.browser(), Wish(), signer: stranger)
            }
        }
    }

    private func replayed() async -> CheckResult {
        await check("a request that was answered", rule: "M29") {
            let (browser, wish) = (world.world.browser(), Wish())
            try await hint(browser)
            let delivery = try provider.delivery(wish)
            _ = try await provider.answer(provider.follow(delivery, browser), to: wish)
            return try await world.refused("replayed") { try await provider.follow(delivery, browser) }
        }
    }

    private func stripped() async -> CheckResult {
        await check("a redirect whose signature was cut off", rule: "M28") {
            guard case .redirect(let url) = try provider.delivery(Wish()) else { throw Unmet("no redirect") }
            let text = url.absoluteString
            let cut = String(text[..<(text.range(of: "&SigAlg=")?.lowerBound ?? text.endIndex)])
            return try await world.refused("message_refused") { try await world.world.browser().open(cut) }
        }
    }

    private func relayState() async -> CheckResult {
        await check("an oversized RelayState", rule: "M28") {
            guard case .redirect(let url) = try provider.delivery(Wish(relayState: nil, isSigned: false)) else {
                throw Unmet("no redirect")
            }
            let long = url.absoluteString + "&RelayState=" + String(repeating: "r", count: 5000)
            let codes = try await world.refusals {
                let page = try await world.world.browser().open(long)
                try require((400...499).contains(page.status) && page.location == nil, "\(page.status)")
            }
            try require(["malformed_request", "message_refused"].contains(codes.first ?? "-"), "audit: \(codes)")
            return codes.first
        }
    }

    private func incomplete() async -> CheckResult {
        await check("a site whose ACS is not known yet publishes metadata and answers nobody") {
            let cloud = TestServiceProvider(world: world.world, site: FacadeWorld.cloud, key: provider.key)
            try require(try await !cloud.keys().isEmpty, "no keys in the metadata")
            let browser = world.world.browser()
            try await hint(browser)
            return try await world.refused("site_incomplete", status: 400...503) {
                try await cloud.ask(browser, Wish(issuer: TestServiceProvider.cloudEntityID, isSigned: false))
            }
        }
    }
}

extension TestServiceProvider {
    fileprivate func answer(_ asked: (Page, Wish)) async throws -> Answer { try await answer(asked.0, to: asked.1) }
}
