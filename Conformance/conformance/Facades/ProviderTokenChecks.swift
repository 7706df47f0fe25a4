// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import BrokerModel
import Foundation
import JOSE

/// Codes and tokens in the wrong hands, at the wrong time or in the wrong place.
struct ProviderTokenChecks: FacadeChecks {
    let world: FacadeWorld
    private var party: RelyingParty { world.party }
    private let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    private let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    func run() async -> [CheckResult] {
        [
            await reuse(), await lateReuse(), await expired(),
            await stolen("another redirect URI", ["redirect_uri": "https://jsm.example/other"]),
            await stolen("no redirect URI", ["redirect_uri": nil]),
            await stolen("a verifier where there was no challenge", ["code_verifier": verifier]),
            await wrongVerifier("no verifier", nil), await wrongVerifier("the challenge itself", challenge),
            await wrongVerifier("another verifier", String(repeating: "a", count: 43)),
            await plain(), await wrongSecret(), await wrongClient(), await grants(), await publicClient(),
            await otherSite(), await userInfoRefuses(), await afterRevocation(),
        ]
    }

    private func denied(_ page: Page, _ error: String, status: Int = 400) throws -> String {
        try require(page.status == status, "\(page.status) \(party.error(page) ?? "")")
        try require(party.error(page) == error, party.error(page) ?? "no error")
        try require(!page.body.contains("access_token"), "a token")
        return error
    }

    private func reuse() async -> CheckResult {
        await check("oidcc-codereuse", rule: "M51") {
            let code = try await party.code(world.world.browser())
            let tokens = try await party.tokens(code)
            let text = try denied(await party.redeem(code), "invalid_grant")
            try require(try await party.userInfo(tokens.access).status == 401, "the first token still counts")
            return text
        }
    }

    private func lateReuse() async -> CheckResult {
        await check("oidcc-codereuse-30seconds", rule: "M51") {
            let code = try await party.code(world.world.browser())
            let tokens = try await party.tokens(code)
            return try await world.world.broker.clock.later(by: .seconds(30)) {
                let text = try denied(await party.redeem(code), "invalid_grant")
                try require(try await party.userInfo(tokens.access).status == 401, "the first token still counts")
                return text
            }
        }
    }

    private func expired() async -> CheckResult {
        await check("a code after 60 seconds", rule: "M51") {
            let code = try await party.code(world.world.browser())
            return try await world.world.broker.clock.later(by: .seconds(61)) {
                try denied(await party.redeem(code), "invalid_grant")
            }
        }
    }

    private func stolen(_ name: String, _ changes: [String: String?]) async -> CheckResult {
        await check("a code with \(name)", rule: "M51") {
            let code = try await party.code(world.world.browser())
            let page = try await party.redeem(code, changes)
            let error = party.error(page) ?? "-"
            try require(page.status == 400 && ["invalid_grant", "invalid_request"].contains(error), "\(page.status)")
            // It was tried once, and that was it.
            return try denied(await party.redeem(code), "invalid_grant")
        }
    }

    private func wrongVerifier(_ name: String, _ value: String?) async -> CheckResult {
        await check("PKCE: \(name)", rule: "M51") {
            let code = try await party.code(
                world.world.browser(), ["code_challenge": challenge, "code_challenge_method": "S256"])
            let page = try await party.redeem(code, ["code_verifier": value])
            let error = party.error(page) ?? "-"
            try require(page.status == 400 && ["invalid_grant", "invalid_request"].contains(error), "\(page.status)")
            return error
        }
    }

    private func plain() async -> CheckResult {
        await check("PKCE: plain, said or meant", rule: "M51") {
            for method in ["plain", nil] {
                let answer = try party.answer(
                    await party.ask(
                        world.world.browser(), ["code_challenge": verifier, "code_challenge_method": method]))
                try require(answer["error"] == "invalid_request", answer["error"] ?? "a code")
            }
            return "invalid_request"
        }
    }

    private func wrongSecret() async -> CheckResult {
        await check("another client secret", rule: "M51") {
            let code = try await party.code(world.world.browser())
            let page = try await party.redeem(code, authorization: RelyingParty.basic("wrong"))
            try require(page.values("WWW-Authenticate").first?.hasPrefix("Basic") == true, "no challenge")
            let text = try denied(page, "invalid_client", status: 401)
            // Who does not know the secret cannot spend the code.
            _ = try await party.tokens(code)
            return text
        }
    }

    private func wrongClient() async -> CheckResult {
        await check("another client id, and none", rule: "M51") {
            let code = try await party.code(world.world.browser())
            _ = try denied(
                await party.redeem(code, authorization: RelyingParty.basic(client: "other")), "invalid_client",
                status: 401)
            return try denied(await party.redeem(code, authorization: nil), "invalid_client", status: 401)
        }
    }

    private func grants() async -> CheckResult {
        await check("grants that are not enabled", rule: "M51") {
            for grant in ["refresh_token", "client_credentials", "password"] {
                _ = try denied(await party.redeem("x", ["grant_type": grant]), "unsupported_grant_type")
            }
            return "unsupported_grant_type"
        }
    }

    private func publicClient() async -> CheckResult {
        await check("a public client without PKCE", rule: "M51") {
            let open = RelyingParty(world: world.world, site: FacadeWorld.open)
            let answer = try open.answer(await open.ask(world.world.browser()))
            try require(answer["error"] == "invalid_request" && answer["code"] == nil, answer["error"] ?? "a code")
            return "invalid_request"
        }
    }

    private func otherSite() async -> CheckResult {
        await check("a code of one site at another", rule: "M51") {
            let code = try await party.code(world.world.browser())
            let open = RelyingParty(world: world.world, site: FacadeWorld.open)
            let page = try await open.redeem(
                code, ["client_id": RelyingParty.clientID, "code_verifier": verifier], authorization: nil)
            try require(page.status == 400, "\(page.status)")
            _ = try await party.tokens(code)
            return open.error(page)
        }
    }

    private func userInfoRefuses() async -> CheckResult {
        await check("UserInfo without, with a made-up and with an ID token", rule: "M64") {
            let tokens = try await party.tokens(await party.code(world.world.browser()))
            for token in ["made-up", tokens.id, ""] {
                let page = try await party.userInfo(token)
                try require(page.status == 401, "\(page.status)")
                try require(page.values("WWW-Authenticate").first?.hasPrefix("Bearer") == true, "no challenge")
            }
            return "401"
        }
    }

    private func afterRevocation() async -> CheckResult {
        await check("what a session opened ends with it", rule: "M56") {
            let browser = world.world.browser()
            let tokens = try await party.tokens(await party.code(browser))
            let code = try await party.code(browser)
            try await world.world.broker.engine.sessions.end(.all, reason: .revoked, actor: .system)
            try require(try await party.userInfo(tokens.access).status == 401, "the access token still counts")
            return try denied(await party.redeem(code), "invalid_grant")
        }
    }
}
