// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import Foundation
import JOSE
import SAML
import XMLSecurity

/// One session for all sites, and none for those who may not enter.
struct SiteChecks: FacadeChecks {
    let world: FacadeWorld

    func run() async -> [CheckResult] { [await silent(), await notAdmitted(), await sameName(), await gate()] }

    private func silent() async -> CheckResult {
        await check("a second site needs no sign-in", rule: "S18") {
            let (browser, wish) = (world.world.browser(), TestServiceProvider.Wish())
            _ = try await world.party.tokens(await world.party.code(browser))
            let before = try await world.world.broker.position()
            let answer = try await world.provider.answer(world.provider.ask(browser, wish), to: wish)
            let logins = try await world.world.broker.records(after: before, kinds: [.loginStarted])
            try require(logins.isEmpty, "a login was begun")
            return answer.content.nameID?.value
        }
    }

    private func notAdmitted() async -> CheckResult {
        await check("a site that does not admit the person gets nothing", rule: "M56") {
            let browser = world.world.browser()
            _ = try await world.party.code(browser)
            let open = RelyingParty(world: world.world, site: FacadeWorld.open)
            return try await world.refused("not_admitted") {
                try await open.ask(
                    browser,
                    [
                        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                        "code_challenge_method": "S256",
                    ])
            }
        }
    }

    private func sameName() async -> CheckResult {
        await check("one person has one name, whatever the protocol", rule: "S18") {
            let (browser, wish) = (world.world.browser(), TestServiceProvider.Wish())
            let tokens = try await world.party.tokens(await world.party.code(browser, as: "bob@acme.example"))
            let answer = try await world.provider.answer(world.provider.ask(browser, wish), to: wish)
            let name = answer.content.nameID?.value
            try require(tokens.claims.string("preferred_username") == name, "\(name ?? "-")")
            return name
        }
    }

    /// Bob's session of JSM in Alice's browser (shared computer).
    private func gate() async -> CheckResult {
        await check("a session of JSM belongs to one session of ours", rule: "M47") {
            let gate = GateClient(url: world.world.broker.gateURL)
            let (bob, alice) = (world.world.browser(), world.world.browser())
            _ = try await world.world.signIn("bob@acme.example", with: bob)
            _ = try await world.world.signIn("alice@acme.example", with: alice)
            let request = DoorRequest(target: TestBroker.defaultPath)
            for browser in [bob, alice] { browser.jar.set("JSESSIONID", "B0B", host: TestBroker.host) }
            try require(try await gate.check(request, from: bob).status == 200, "bob's own")
            try require(try await gate.check(request, from: alice).status == 401, "bob's in alice's browser")
            let answer = try await gate.answer(request, from: alice)
            let cleared = answer.values("Set-Cookie").contains { $0.hasPrefix("JSESSIONID=;") }
            try require(cleared && answer.location?.path() == TestBroker.defaultPath, "\(answer.status)")
            alice.jar.set("JSESSIONID", "A11CE", host: TestBroker.host)
            try require(try await gate.check(request, from: alice).status == 200, "alice's own")
            return "cleared"
        }
    }
}

/// Nothing that opens something is in a log or in the audit log.
struct FacadeLeakChecks: FacadeChecks {
    let world: FacadeWorld

    func run() async -> [CheckResult] {
        [
            await check("no code, token or Response in the logs", rule: "M53") {
                let secrets = world.world.seen.secrets
                try require(secrets.count > 20, "only \(secrets.count) secrets were seen")
                let records = try await world.world.broker.records()
                let text = world.world.broker.log.text + records.map(\.body).joined(separator: "\n")
                for secret in secrets { try require(!text.contains(secret), "one of them") }
                return "\(secrets.count) secrets"
            }
        ]
    }
}
