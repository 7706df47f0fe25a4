// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import MockIdentityProviders

/// `private_key_jwt` between the broker and an OP that reads the client's keys where the broker publishes them.
struct ClientKeyChecks: Sendable {
    let world: ClientKeyWorld

    static func run() async throws -> [CheckResult] {
        let world = try await ClientKeyWorld.start()
        let (keys, pushed) = (ClientKeyChecks(world: world), PushedRequestChecks(world: world))
        let results = await attempt {
            await keys.logins() + [
                await keys.rotation(), await keys.fresh(), await keys.audiences(), await keys.unpublished(),
            ]
                + (await pushed.all()) + [await keys.leaks()]
        }
        await world.stop()
        return try results.get()
    }

    private func check(_ name: String, rule: String? = nil, _ body: () async throws -> String?) async -> CheckResult {
        await conformance.check(ProvidersSuite.group, name, rule: rule, body)
    }

    private func logins() async -> [CheckResult] {
        var results: [CheckResult] = []
        for name in ["es256", "rs256", "ps256", "shared"] {
            let algorithm = name == "shared" ? "HS256" : name.uppercased()
            let method = name == "shared" ? "client_secret_jwt" : "private_key_jwt"
            results.append(
                await check("login with \(method), \(algorithm)") {
                    _ = try await world.signedIn(name)
                    let last = try unwrap(try world.tenant("plain").assertions.last, "no assertion")
                    try require(last.algorithm == algorithm, "the assertion is signed with \(last.algorithm)")
                    return last.kid.map { "kid \($0.prefix(8))" } ?? "by the secret"
                })
        }
        return results
    }

    /// The OP keeps the key set that it read before the rotation, and reads it no second time.
    private func rotation() async -> CheckResult {
        await check("a key rotates and nobody does anything at the OP") {
            let tenant = try world.tenant("plain")
            _ = try await world.signedIn("es256")
            let before = tenant.assertions.last?.kid
            let readings = tenant.counts["client-jwks"]
            try await world.world.broker.engine.connectionKeys.rotate("es256", actor: .administrator("conformance"))
            _ = try await world.signedIn("es256")
            let after = tenant.assertions.last?.kid
            try require(before != nil && after != nil && before != after, "the key is the same")
            try require(tenant.counts["client-jwks"] == readings, "the OP read the keys again")
            return "the next key was known before it signed"
        }
    }

    private func fresh() async -> CheckResult {
        await check("each assertion is fresh: at each endpoint, in each login") {
            let tenant = try world.tenant("offered")
            let seen = tenant.assertions.count
            for _ in 1...2 { _ = try await world.signedIn("offered") }
            let assertions = tenant.assertions.dropFirst(seen)
            try require(
                assertions.map(\.endpoint) == ["par", "token", "par", "token"], "\(assertions.map(\.endpoint))")
            try require(Set(assertions.map(\.jti)).count == assertions.count, "a jti came twice")
            return "\(assertions.count) assertions"
        }
    }

    private func audiences() async -> CheckResult {
        await check("an assertion names the issuer, or the endpoint where that is configured") {
            let tenant = try world.tenant("offered")
            let issuer = world.world.op.issuer("offered")
            for (name, wanted) in [
                ("offered", [issuer, issuer]), ("addressed", [issuer + "/par", issuer + "/token"]),
            ] {
                _ = try await world.signedIn(name)
                let seen = tenant.assertions.suffix(2).map(\.audience)
                try require(seen == wanted, "\(name): \(seen)")
            }
            return "both"
        }
    }

    /// The OP takes another connection's keys for this one's.
    private func unpublished() async -> CheckResult {
        await check("an assertion of a key that is not published is refused, and the page and audit log say so") {
            let before = try await world.world.broker.position()
            let trail = try await world.signIn("pinned")
            try require(trail.handle == nil, "a session was opened")
            try require(trail.last.errorCode == "upstream_error", "the page says \(trail.last.errorCode ?? "-")")
            let event = try unwrap(
                try await world.world.broker.records(after: before, kinds: [.loginFailed]).last, "no event")
            try require(
                event.body.contains("upstream_error") && event.body.contains("invalid_client"),
                "the audit log says \(event.body)")
            return "upstream_error, invalid_client"
        }
    }

    private func leaks() async -> CheckResult {
        await check("no client assertion in log or audit log", rule: "M53") {
            let text =
                try await world.world.broker.records().map(\.body).joined(separator: "\n") + world.world.broker.log.text
            let assertions = world.world.op.issuedSecrets.filter { $0.kind == .clientAssertion }.map(\.value)
            try require(assertions.count > 10, "there is nothing to search for")
            // The signature alone would do.
            let found = assertions.filter { text.contains($0.split(separator: ".").last ?? "") }
            try require(found.isEmpty, "\(found.count) of \(assertions.count)")
            return "\(assertions.count) assertions, \(text.utf8.count) octets"
        }
    }
}
