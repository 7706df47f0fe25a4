// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import JOSE
import OIDCProvider

/// ID tokens: `id-token-cases.json`.
///
/// Each goes the whole way of a login, through the module and the engine's own checks.
enum IDTokenVectors {
    static func run(_ file: JSONObject, _ name: String) async throws -> [CheckResult] {
        let config = try unwrap(file.object("config"), "no config")
        let op = try ScriptedOP(config)
        let domains = (config.strings("tenant_domains") ?? []).compactMap { EmailDomain($0) }
        return try await VectorCase.all(in: file).run(in: name) { example in
            try await run(example, op: op, domains: domains, maxAge: config.int64("max_age"))
        }
    }

    private static func run(
        _ example: VectorCase, op: ScriptedOP, domains: [EmailDomain], maxAge: Int64?
    ) async throws {
        let verdict = try example.text("verdict")
        guard verdict != "refuse-if-hd-required" else {
            return try await requireHostedDomain(try example.text("token"), op: op, domains: domains)
        }
        let otherSubject =
            verdict.hasPrefix("refuse-when-userinfo-sub-is-")
            ? String(verdict.dropFirst("refuse-when-userinfo-sub-is-".count)) : nil
        let provider = try op.provider(
            idToken: try example.text("token"), userInfo: otherSubject.map { ["sub": .string($0)] },
            maxAge: example.entry.int64("max_age") ?? maxAge)
        let seen = await refusal(of: provider, op: op, domains: domains)
        switch verdict {
        case "accept": try require(seen == nil, "was refused: \(seen?.code.rawValue ?? "") \(seen?.detail ?? "")")
        case "refuse": try require(seen != nil, "was accepted")
        case "refuse-for-routing":
            try require(
                seen?.code == .emailUnverified, "expected email_unverified, got \(seen?.code.rawValue ?? "a login")")
        case _ where otherSubject != nil:
            try require(
                seen?.code == .subjectInvalid, "expected subject_invalid, got \(seen?.code.rawValue ?? "a login")")
            let alone = try op.provider(idToken: try example.text("token"), maxAge: maxAge)
            try require(
                await refusal(of: alone, op: op, domains: domains) == nil, "was refused without UserInfo too")
        default: throw Unmet("unknown verdict \(verdict)")
        }
    }

    /// Where `hd` is required, a token without it, or with another one, is nobody's.
    private static func requireHostedDomain(_ token: String, op: ScriptedOP, domains: [EmailDomain]) async throws {
        let provider = try op.workspace(idToken: token, admitting: ["acme.example"])
        let seen = await refusal(of: provider, op: op, domains: domains)
        try require(seen?.code == .notAdmitted, "expected not_admitted, got \(seen?.code.rawValue ?? "a login")")
    }

    /// Why the login fails, or nil where it opens a session.
    private static func refusal(
        of provider: some IdentityProvider, op: ScriptedOP, domains: [EmailDomain]
    ) async -> LoginError? {
        do {
            switch try await provider.completeLogin(try op.callback(), resuming: try op.pending()) {
            case .identity(let identity): try engineChecks(identity, op: op, domains: domains)
            case .denied(let denial): throw LoginError(.init(rawValue: denial.reason.rawValue), detail: denial.detail)
            case .next: throw LoginError(.providerMisbehaved, detail: "asked for another round")
            }
            return nil
        } catch let error as LoginError {
            return error
        } catch {
            return LoginError(.upstreamInvalid, detail: "\(error)")
        }
    }

    private static func engineChecks(
        _ identity: VerifiedIdentity, op: ScriptedOP, domains: [EmailDomain]
    ) throws(LoginError) {
        let organization = Organization(id: "acme", name: "Acme", domains: domains)
        let owner = identity.email.flatMap {
            Resources(organizations: [organization]).organization(owning: $0.address)
        }
        try IdentityCheck.run(
            IdentityCheck.all,
            on: .init(
                identity: identity,
                connection: Connection(
                    id: "acme", organization: "acme", kind: "oidc", name: "Acme", settings: .object([:])),
                organization: organization, owner: owner?.id, requirements: .none, startedAt: op.now, now: op.now,
                skew: .seconds(60)))
    }
}
