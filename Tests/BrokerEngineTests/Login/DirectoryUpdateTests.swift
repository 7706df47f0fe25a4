import Broker
import BrokerEngine
import BrokerModel
import Testing

/// What a login changes of a customer.
@Suite struct DirectoryUpdateTests {
    private func groups(_ values: [String], _ completeness: GroupSet.Completeness) -> GroupSet {
        GroupSet(values, completeness: completeness)
    }

    @Test func `only a complete list of groups takes one away`() async throws {
        let here = try await TestInstallation()
        let steps: [(asserted: GroupSet, stored: GroupSet)] = [
            (groups(["a"], .failed), groups(["a"], .failed)),
            (groups(["b"], .overage), groups(["a", "b"], .overage)),
            (groups([], .failed), groups(["a", "b"], .failed)),
            (groups(["c", "d"], .complete), groups(["c", "d"], .complete)),
            (groups([], .overage), groups(["c", "d"], .overage)),
            (groups([], .unsupported), groups(["c", "d"], .unsupported)),
            (groups(["d"], .complete), groups(["d"], .complete)),
            (groups([], .complete), groups([], .complete)),
        ]
        for step in steps {
            let signedIn = try await here.signIn("ann@globex.example") { $0.groups = step.asserted }
            #expect(signedIn.customer.groups == step.stored)
        }
    }

    @Test func `a list that is not whole lifts no ban, and does not stay whole because it once was`() async throws {
        let here = try await TestInstallation()
        try await here.signIn("ann@globex.example") { $0.groups = groups(["staff"], .complete) }
        let later = try await here.signIn("ann@globex.example") { $0.groups = groups(["suspended"], .failed) }
        let person = AccessSubject(
            groups: later.customer.groups, email: nil, connection: "globex-oidc", organization: "globex",
            now: here.clock.now)
        #expect(AccessCondition.group("suspended").holds(for: person) == .yes)
        #expect(AccessCondition.group("staff").holds(for: person) == .yes)
        #expect(AccessCondition.group("contractors").holds(for: person) == .unknown)
    }

    @Test func `attributes follow the IdP, and what is cleared there is cleared here`() async throws {
        let here = try await TestInstallation {
            $0.connections[2].mapping = AttributeMapping([
                AttributeRule(attribute: "department", claim: "dept"),
                AttributeRule(attribute: "role", claim: "role"),
            ])
        }
        let first = try await here.signIn("ann@globex.example") {
            $0.claims = [
                Claim("dept", values: ["Sales"], from: .idToken), Claim("salary", values: ["1"], from: .idToken),
                Claim("role", values: ["a", "b"], from: .idToken),
            ]
        }
        #expect(first.customer.attributes == ["department": ["Sales"]])
        let record = try #require(try await here.records(.loginSucceeded).last)
        #expect(try RecordedBody(record).facts["unmapped.role"] == "several_values")
        let second = try await here.signIn("ann@globex.example")
        #expect(second.customer.attributes.isEmpty)
        #expect(
            try RecordedBody(try #require(try await here.records(.customerChanged).last)).facts["changed"]
                == "attributes")
    }

    @Test func `a name that is not said again stays`() async throws {
        let here = try await TestInstallation()
        try await here.signIn("ann@globex.example")
        let again = try await here.signIn("ann@globex.example") { $0.displayName = nil }
        #expect(again.customer.displayName == "Ann Other")
        #expect(again.customer.lastLoginAt == here.clock.now)
        #expect(try await here.records(.customerChanged).isEmpty)
    }
}
