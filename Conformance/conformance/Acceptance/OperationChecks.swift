// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime
import Foundation
import JOSE
import MockIdentityProviders
import OIDCProvider

/// Audit and administration: S44, S45 and S48.
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
    ///
    /// In an installation of its own, because the log is broken on purpose.
    static let tamperEvidence: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let bodies = try await world.broker.records().map(\.body).joined(separator: "\n")
        let secrets = Set(world.world.op.issuedSecrets.map(\.value)).union(world.world.seen.secrets)
        let found = secrets.filter { $0.count >= 8 && bodies.contains($0) }
        try require(found.isEmpty, "\(found.count) secrets are in the log")
        let broker = try await TestBroker.start()
        let seen = await attempt { try await AuditTampering(broker).run() }
        await broker.stop()
        return "\(try seen.get()); \(secrets.count) secrets absent"
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
