// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import Directory
import MockIdentityProviders

/// Attributes, connections and customers, as an operator sees them: S34, S49 and S51.
extension OperationChecks {
    /// S34.
    static let transforms: @Sendable (AcceptanceWorld) async throws -> String = { _ in
        let table: [(values: [String], steps: [AttributeTransform], rule: ValueRule, wanted: [String]?)] = [
            (["Research"], [.lower], .single, ["research"]), ([" R&D \n"], [.trim], .single, ["R&D"]),
            (["CN=Alice,OU=Ops"], [.capture(pattern: "OU=([^,]+)")], .single, ["Ops"]),
            (["CN=Alice"], [.capture(pattern: "OU=([^,]+)")], .single, nil),
            (["rd"], [.lookup(table: ["rd": "Research"], otherwise: .drop)], .single, ["Research"]),
            (["hr"], [.lookup(table: ["rd": "Research"], otherwise: .drop)], .single, nil),
            (["hr"], [.lookup(table: ["rd": "Research"], otherwise: .keep)], .single, ["hr"]),
            (["hr"], [.lookup(table: [:], otherwise: .use("other"))], .single, ["other"]),
            ([], [.standard("none")], .single, ["none"]), (["a", "b"], [], .join("; "), ["a; b"]),
            (["a", "b"], [], .first, ["a"]), (["a", "b"], [], .all, ["a", "b"]), (["a", "b"], [], .single, nil),
            ([" RD "], [.trim, .lower, .lookup(table: ["rd": "Research"], otherwise: .drop)], .single, ["Research"]),
        ]
        for (index, row) in table.enumerated() {
            let rule = AttributeRule(
                attribute: "department", claim: "dept", transforms: row.steps, values: row.rule)
            let mapped = AttributeMapper(AttributeMapping([rule]))
                .map([Claim("dept", values: row.values, from: .idToken), Claim("other", values: ["x"], from: .idToken)])
            try require(mapped.values["department"] == row.wanted, "row \(index): \(mapped)")
            try require(mapped.values["other"] == nil, "an unmapped claim became an attribute")
            let isAmbiguous = row.values.count > 1 && row.rule == .single
            try require((mapped.problems["department"] == .severalValues) == isAmbiguous, "row \(index): \(mapped)")
        }
        return "\(table.count) rows; several values become one only where a rule says how"
    }

    /// S49.
    static let testConnection: @Sendable (AcceptanceWorld) async throws -> String = { world in
        func findings(_ change: (inout [String: SettingsValue]) -> Void = { _ in }) async throws -> [LintFinding] {
            var connection = world.world.connection("s49", of: "acme", tenant: World.tenant)
            guard case .object(var settings) = connection.settings else { throw Unmet("no settings") }
            change(&settings)
            connection.settings = .object(settings)
            let provider = try world.broker.engine.environment.registry.makeProvider(
                connection.kind, id: connection.id, settings: connection.settings,
                version: connection.settingsVersion,
                context: world.broker.engine.connections.context(for: connection.id))
            return try await unwrap(provider as? any SettingsLint, "the kind cannot be tested").lint()
        }
        let good = try await findings().filter { $0.severity == .error }
        try require(good.isEmpty, "a good connection: \(good.map(\.text))")
        let bad = try await findings { $0["issuer"] = .string("\(world.world.op.issuer(World.tenant))/") }
        try require(
            bad.contains { $0.severity == .error && $0.path == ["issuer"] && $0.text.contains("metadata") },
            "an issuer with a slash too many: \(bad.map(\.text))")
        return "a good connection is found good, a wrong one named with what would be right"
    }

    /// S51.
    static let oneCustomer: @Sendable (AcceptanceWorld) async throws -> String = { world in
        _ = try await world.signedIn("s51@acme.example")
        let record = try unwrap(try await world.broker.engine.customers.find("s51@acme.example"), "no customer")
        try require(record.customer.organization == "acme", "the organization is \(record.customer.organization)")
        try require(record.customer.lastLoginAt != nil, "there is no last login")
        try require(
            record.links.map(\.subject.connection) == [ConnectionID(rawValue: AcceptanceWorld.staff)],
            "the identities are \(record.links.map(\.subject))")
        try require(record.sessions.count == 1, "\(record.sessions.count) sessions")
        return "identity, IdP, organization, sessions and last login"
    }
}
