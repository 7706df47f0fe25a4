import Broker
import ConformanceKit

extension ProviderUnderTest {
    /// The small module, without a mistake.
    static let small = ProviderUnderTest(
        "small", SmallProvider.self, .openIDConnect,
        settings: ["issuer": "https://op.example", "clientID": "c1", "clientSecret": "env:SMALL"],
        abilities: [.upstreamLogout, .sessionRefresher],
        expected: ExpectedIdentity(
            subject: KitPerson.alice.subject, issuer: "https://op.example", email: "alice@acme.example",
            evidence: .idpVerified, completeness: .complete, groups: KitPerson.alice.groups)
    ) { try ScriptedOpenIDProvider($0, .small) }
    .with {
        $0.groupLookups = ["https://op.example/groups"]
        $0.refreshes = true
        $0.faultsNotApplicable = ["jwks-down-later": "the module keeps no keys"]
    }

    /// The small module with a mistake.
    static func small(_ flaw: SmallProvider.Flaw) -> ProviderUnderTest {
        small.with {
            $0.name = "small (\(flaw.rawValue))"
            $0.settings["flaws"] = [.string(flaw.rawValue)]
        }
    }
}

extension OpenIDShape {
    static let small = OpenIDShape(issuer: "https://op.example", clientID: "c1").with {
        $0.routes = [
            .init("https://op.example/groups") { _, facts throws(TransportError) in
                .json(["groups": .array((facts?.person.groups ?? []).map { .string($0) })])
            }
        ]
    }
}

extension ProviderRule {
    static func named(_ id: String) throws -> ProviderRule {
        try unwrap(all.first { $0.id == id }, "there is no rule \(id)")
    }
}
