// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime
import Foundation
import JOSE
import MockIdentityProviders
import OIDCProvider

/// Audit and administration: S44, S45, S47 and S48.
enum OperationChecks {
    /// S44.
    static let events: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let before = try await world.broker.position()
        let (browser, trail) = try await world.signedIn("s44@acme.example")
        _ = try await browser.post(
            "\(world.broker.origin)/vestibule/sign-out",
            form: [("csrf", SessionHandle.formToken(try unwrap(trail.handle, "no handle")))])
        let tenant = try unwrap(world.world.op.tenant(World.tenant), "no tenant")
        tenant.setFault(.nonceWrong)
        _ = try await world.world.signIn(
            "s44-b@acme.example", connection: AcceptanceWorld.staff, with: world.world.browser())
        var organization = try unwrap(world.broker.engine.live.resources.organizations["globex"], "no organization")
        organization.name = "Globex Corporation"
        try await world.broker.apply(organizations: [organization], connections: [])
        let records = try await world.broker.records(after: before)
        let wanted: [(AuditKind, [String])] = [
            (.loginSucceeded, ["at", "actor", "connection", "customer", "site", "session", "reference"]),
            (.logout, ["at", "actor", "connection", "customer", "site", "session"]),
            (.loginFailed, ["at", "actor", "connection", "code", "reference"]),
            (.resourceChanged, ["at", "actor", "facts"]),
        ]
        for (kind, members) in wanted {
            let matching = records.filter { $0.kind == kind }
            try require(matching.count == 1, "\(matching.count) events \(kind.rawValue)")
            let body = try JSONObject.parse(Array(matching[0].body.utf8))
            let missing = members.filter { body[$0] == nil }
            try require(missing.isEmpty, "\(kind.rawValue) lacks \(missing)")
        }
        return "login, failure with its reason, sign-out, configuration: one event each"
    }

    /// S45.
    static let tamperEvidence: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let head = try await world.broker.engine.audit.signHead()
        let verifier = AuditVerifier(world.broker.engine.environment)
        let verdict = try await verifier.verify(against: head.map { [$0.signature] } ?? [])
        guard case .intact(let records, let signed) = verdict, records == signed else {
            throw Unmet("the chain is \(verdict)")
        }
        let forged = try HostileTokens(try unwrap(head?.signature, "no head")).tampered()
        let seen = try await verifier.verify(against: [forged])
        guard case .broken = seen else { throw Unmet("a forged head is \(seen)") }
        let bodies = try await world.broker.records().map(\.body).joined(separator: "\n")
        let secrets = world.world.op.issuedSecrets.filter { $0.value.count >= 8 }
        let found = secrets.filter { bodies.contains($0.value) }
        try require(found.isEmpty, "\(found.count) secrets of the IdP are in the log")
        return "\(records) records intact, a forged head found, \(secrets.count) secrets absent"
    }

    /// S47.
    static let invalidConfiguration: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let engine = world.broker.engine
        let revision = engine.live.resources.revision
        let text = """
            organizations:
              - id: globex
                name: Globex
                domians: [globex.example]
            """
        let refused = await attempt {
            try ResourceDocument.read(text, file: "resources.yaml", providers: engine.environment.registry)
        }
        guard case .failure(let error as ConfigurationError) = refused else {
            throw Unmet("an unknown key in resources.yaml is taken")
        }
        try require(
            error.problems.contains { $0.line == 4 && $0.key.contains("domians") },
            "the refusal does not name line and key: \(error)")
        let folder = FileManager.default.temporaryDirectory.appending(path: "conformance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "server.yaml")
        try "publicURL: https://support.example/vestibule\nlisten: nowhere\n"
            .write(to: file, atomically: true, encoding: .utf8)
        let server = await attempt { try ServerConfiguration.load(file: file.path(), environment: [:]) }
        guard case .failure(let error as ConfigurationError) = server else {
            throw Unmet("an invalid server.yaml is taken")
        }
        try require(
            error.problems.contains { $0.line == 2 && $0.key == "listen" },
            "the refusal does not name line and key: \(error)")
        try require(engine.live.resources.revision == revision, "the running configuration changed")
        return "line and key named, the running configuration intact"
    }

    /// S48.
    static let secretsAndRotation: @Sendable (AcceptanceWorld) async throws -> String = { world in
        var connection = world.world.connection("s48", of: "acme", tenant: World.tenant)
        guard case .object(var settings) = connection.settings else { throw Unmet("no settings") }
        settings["clientSecret"] = .string("a-bare-secret")
        connection.settings = .object(settings)
        let bare = connection
        let refused = await attempt { try await world.broker.apply(organizations: [], connections: [bare]) }
        guard case .failure(let error as SettingsError) = refused else { throw Unmet("a bare secret is taken") }
        try require(!"\(error.problems)".contains("a-bare-secret"), "the refusal repeats the secret")
        _ = try await world.signedIn("s48@acme.example")
        try unwrap(world.world.op.tenant(World.tenant), "no tenant").rotateKey()
        // Keys are asked for again at most once a minute, so that a stranger's kid costs nothing.
        try await world.broker.clock.later(by: .seconds(120)) {
            _ = try await world.signedIn("s48@acme.example")
        }
        return "a bare secret refused, a rotated key found without a restart"
    }
}
