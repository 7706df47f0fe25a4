extension ProviderTemplate {
    /// The proof by the kit.
    var proof: String {
        #"""
        import Broker
        import ConformanceKit
        import \#(name)Provider
        import Testing

        /// The vendor as it is seen from outside: an honest OpenID Provider with its own claims.
        private let shape = OpenIDShape(issuer: "https://login.\#(kind).example", clientID: "vestibule").with {
            $0.idToken = { facts in
                [
                    "tenant": "acme", "name": .string(facts.person.name), "email": .string(facts.person.email),
                    "email_verified": true, "teams": .array(facts.person.groups.map { .string($0) }),
                ]
            }
        }

        /// The same vendor with another tenant in its tokens.
        private func tokens(of tenant: JSON) -> @Sendable (KitBench) throws(KitFailure) -> any ScriptedUpstream {
            { bench throws(KitFailure) in
                try ScriptedOpenIDProvider(bench, shape, [.claims { claims, _ in claims["tenant"] = tenant }])
            }
        }

        /// One configuration of the module, what an honest login with it gives, and the vendor's own attacks.
        private let \#(kind) = ProviderUnderTest(
            "\#(kind)", \#(name)Provider.self, .openIDConnect,
            settings: ["tenant": "acme", "clientID": "vestibule", "clientSecret": "env:\#(kind.uppercased())_CLIENT_SECRET"],
            abilities: KitAbility.openIDVendor,
            expected: ExpectedIdentity(
                issuer: "https://login.\#(kind).example", tenant: "acme", email: "alice@acme.example", evidence: .idpVerified,
                completeness: .complete, groups: ["support", "staff"]),
            upstream: { bench throws(KitFailure) in try ScriptedOpenIDProvider(bench, shape) }
        ).with {
            $0.refreshes = true
            $0.cases = [
                VendorCase(
                    "a token of another tenant", clause: "one issuer for all tenants", fix: "compare the claim tenant",
                    upstream: tokens(of: "globex"), verdict: .refused(.issuerMismatch)),
                VendorCase(
                    "a token without a tenant", clause: "one issuer for all tenants", fix: "an absent tenant is no tenant",
                    upstream: tokens(of: .null), verdict: .refused(.issuerMismatch)),
            ]
        }

        @Suite struct `The kind \#(kind)` {
            @Test(arguments: ProviderRule.all)
            func `keeps`(_ rule: ProviderRule) async throws { try await rule.check(\#(kind)) }
        }

        """#
    }
}
