import Broker
import ConformanceKit
import OIDCProvider

extension ProviderUnderTest {
    /// A row for a profile that comes with the broker: `oidc` with its document.
    static func profile(
        _ name: String, variables: Claims, settings: Claims = [:], shape: OpenIDShape, expected: ExpectedIdentity
    ) -> ProviderUnderTest {
        let stored: Claims = [
            "profile": OIDCProvider.Profile.shipped[name] ?? .null, "variables": .object(variables),
            "clientID": .string(shape.clientID), "clientSecret": "env:ACME_SECRET",
        ]
        return ProviderUnderTest(
            "\(name) (profile)", OIDCProvider.self, .openIDConnect, settings: stored.merging(settings) { $1 },
            abilities: OIDCProvider.abilities, expected: expected
        ) { bench throws(KitFailure) in try ScriptedOpenIDProvider(bench, shape) }
    }

    /// An attack on it: the vendor's OP with these changes.
    static func profileCase(
        _ name: String, number: Int? = nil, clause: String, fix: String, shape: OpenIDShape,
        settings: @escaping @Sendable (inout Claims) -> Void = { _ in }, verdict: Verdict, _ changes: OpenIDChange...
    ) -> VendorCase {
        VendorCase(
            name, number: number, clause: clause, fix: fix, settings: settings,
            upstream: { bench throws(KitFailure) in try ScriptedOpenIDProvider(bench, shape, changes) },
            verdict: verdict)
    }
}

extension Verdict {
    /// How statements about an address that are none end where the tenant owns the domain: whoever denies ends the
    /// evidence, and whoever says nothing, or true in words, leaves it.
    static let ownedDomain: [String: Verdict] = [
        "email-verified-absent": .identity(ExpectedIdentity(evidence: .tenantOwnsDomain)),
        "email-verified-string-true": .identity(ExpectedIdentity(evidence: .tenantOwnsDomain)),
    ]
}

extension OIDCProvider {
    /// What the module's page declares.
    static let abilities: Set<KitAbility> = KitAbility.openIDVendor.union([.keyHolder, .metadataPublisher])
}
