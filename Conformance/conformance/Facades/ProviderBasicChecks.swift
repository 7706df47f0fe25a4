// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import Foundation
import JOSE

/// The OpenID Foundation's modules for a provider of the code flow: what an honest client gets.
struct ProviderBasicChecks: FacadeChecks {
    let world: FacadeWorld
    private var party: RelyingParty { world.party }

    func run() async -> [CheckResult] {
        [
            await discovery(), await server(), await signature(), await noNonce(), await alternate(),
            await userInfo("oidcc-userinfo-get", "GET", false),
            await userInfo("oidcc-userinfo-post-header", "POST", false),
            await userInfo("oidcc-userinfo-post-body", "POST", true), await secretPost(), await pkce(),
            await scope("profile", "openid profile", ["name", "preferred_username"]),
            await scope("email", "openid email", ["email", "email_verified"]),
            await scope("address", "openid address", []), await scope("phone", "openid phone", []),
            await scope(
                "all", "openid profile email address phone groups",
                ["name", "preferred_username", "email", "email_verified", "groups"]),
        ] + (await notOffered())
    }

    private func discovery() async -> CheckResult {
        await check("oidcc-discovery-endpoint-verification") {
            let document = try await document()
            try require(document.string("issuer") == party.issuer, "issuer")
            for name in [
                "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint",
            ] {
                let url = try unwrap(document.string(name), "no \(name)")
                try require(url.hasPrefix(party.issuer + "/"), "\(name) is elsewhere")
                let status = try await world.world.browser().open(url, accept: "application/json").status
                try require(status != 404, "\(name) is not there")
            }
            try require(document.strings("response_types_supported") == ["code"], "response types")
            try require(document.strings("id_token_signing_alg_values_supported") == ["RS256"], "algorithms")
            try require(document.strings("subject_types_supported") == ["public"], "subject types")
            try require(document.strings("code_challenge_methods_supported") == ["S256"], "PKCE")
            try require(document.strings("grant_types_supported") == ["authorization_code"], "grants")
            return nil
        }
    }

    private func server() async -> CheckResult {
        await check("oidcc-server") {
            let browser = world.world.browser()
            let code = try await party.code(browser)
            let tokens = try await party.tokens(code)
            try require(tokens.claims.string("preferred_username") == "alice@acme.example", "preferred_username")
            try require(tokens.claims.string("email") == "alice@acme.example", "email")
            try require(tokens.claims.string("name") == "Alice", "name")
            let groups = tokens.claims.strings("groups") ?? []
            try require(
                Set(groups) == ["customer-acme:staff", "customer-acme:support"], "groups: \(groups)")
            return "alice"
        }
    }

    /// Our tokens for sites and our tokens for fronts are never taken for each other.
    private func signature() async -> CheckResult {
        await check("oidcc-idtoken-signature", rule: "M64") {
            let tokens = try await party.tokens(await party.code(world.world.browser()))
            let published = try await world.world.browser().open(
                "\(world.world.broker.origin)/vestibule/jwks", accept: "application/json")
            let kid = try CompactJWS.parse(tokens.id).header.kid ?? ""
            try require(!kid.isEmpty && !published.body.contains(kid), "the key is in the session tokens' key set")
            let browser = world.world.browser()
            browser.jar.set(World.cookies.token, tokens.id, host: TestBroker.host)
            let gate = try await GateClient(url: world.world.broker.gateURL)
                .check(DoorRequest(target: TestBroker.defaultPath), from: browser)
            try require(gate.status == 401, "the gate answered \(gate.status) to an ID token")
            return "RS256"
        }
    }

    private func noNonce() async -> CheckResult {
        await check("oidcc-ensure-request-without-nonce-succeeds-for-code-flow") {
            let code = try await party.code(world.world.browser(), ["nonce": nil])
            _ = try await party.tokens(code, nonce: nil)
            return nil
        }
    }

    private func alternate() async -> CheckResult {
        await check("oidcc-alternate-happy-flow") {
            let browser = world.world.browser()
            let first = try await party.tokens(await party.code(browser))
            let second = try await party.tokens(party.code(browser, ["state": "other", "nonce": "n2"]), nonce: "n2")
            try require(first.claims.string("sub") == second.claims.string("sub"), "two subjects")
            try require(first.claims.string("sid") == second.claims.string("sid"), "two sessions")
            try require(first.access != second.access, "one access token")
            return nil
        }
    }

    private func userInfo(_ name: String, _ method: String, _ inBody: Bool) async -> CheckResult {
        await check(name) {
            let tokens = try await party.tokens(await party.code(world.world.browser()))
            let page = try await party.userInfo(tokens.access, method: method, inBody: inBody)
            try require(page.status == 200, "\(page.status)")
            let claims = try JSONObject.parse(Array(page.body.utf8))
            try require(claims.string("sub") == tokens.claims.string("sub"), "sub")
            try require(claims.string("email") == "alice@acme.example", "email")
            return nil
        }
    }

    /// What a scope leads to and what it does not; a scope that leads to nothing is no error (OpenID Connect Core 5.4).
    private func scope(_ name: String, _ scopes: String, _ told: Set<String>) async -> CheckResult {
        await check("oidcc-scope-\(name)") {
            let code = try await party.code(world.world.browser(), ["scope": scopes])
            let tokens = try await party.tokens(code)
            let info = try JSONObject.parse(Array(try await party.userInfo(tokens.access).body.utf8))
            for claim in ["name", "preferred_username", "email", "email_verified", "groups"] {
                for (place, claims) in [("ID token", tokens.claims), ("UserInfo", info)] {
                    try require((claims[claim] != nil) == told.contains(claim), "\(claim) in the \(place)")
                }
            }
            return told.sorted().joined(separator: " ")
        }
    }

    /// Both are not offered, and what is not offered is not given.
    private func notOffered() async -> [CheckResult] {
        [
            await check("oidcc-idtoken-unsigned", rule: "M31") {
                let algorithms = try await document().strings("id_token_signing_alg_values_supported") ?? []
                try require(!algorithms.contains("none"), "none is offered")
                let tokens = try await party.tokens(await party.code(world.world.browser()))
                try require(try CompactJWS.parse(tokens.id).header.algorithm == .rs256, "another algorithm")
                return "not offered"
            },
            await check("oidcc-refresh-token", rule: "M51") {
                let grants = try await document().strings("grant_types_supported") ?? []
                try require(!grants.contains("refresh_token"), "refresh_token is offered")
                let code = try await party.code(world.world.browser(), ["scope": "openid offline_access"])
                let page = try await party.redeem(code)
                try require(page.status == 200 && !page.body.contains("refresh_token"), "\(page.status)")
                return "not offered"
            },
        ]
    }

    private func document() async throws -> JSONObject {
        let page = try await world.world.browser().open(
            "\(party.issuer)/.well-known/openid-configuration", accept: "application/json")
        return try JSONObject.parse(Array(page.body.utf8))
    }

    /// The client is registered for `client_secret_basic`; what it is not registered for is refused.
    private func secretPost() async -> CheckResult {
        await check("oidcc-server-client-secret-post", rule: "M51") {
            let code = try await party.code(world.world.browser())
            let page = try await party.redeem(
                code, ["client_id": RelyingParty.clientID, "client_secret": World.clientSecret], authorization: nil)
            try require(page.status == 401 && party.error(page) == "invalid_client", "\(page.status)")
            return "refused: not registered"
        }
    }

    private func pkce() async -> CheckResult {
        await check("oidcc-ensure-request-with-valid-pkce-succeeds") {
            let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
            let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
            let code = try await party.code(
                world.world.browser(), ["code_challenge": challenge, "code_challenge_method": "S256"])
            _ = try await party.tokens(code, ["code_verifier": verifier])
            return nil
        }
    }
}
