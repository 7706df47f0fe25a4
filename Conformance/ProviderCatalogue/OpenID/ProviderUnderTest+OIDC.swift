import Broker
import ConformanceKit
import OIDCProvider

extension ProviderUnderTest {
    /// Kind `oidc`: an OP that follows the specification.
    static let oidc = ProviderUnderTest(
        "oidc", OIDCProvider.self, .openIDConnect,
        settings: [
            "issuer": "https://op.example/t1", "clientID": "broker-acme", "clientSecret": "env:ACME",
            "scopes": ["openid", "profile", "email", "offline_access"], "claims": ["groups": "groups"],
        ],
        abilities: KitAbility.openIDVendor.union([.keyHolder, .metadataPublisher]),
        expected: ExpectedIdentity(
            subject: KitPerson.alice.subject, issuer: "https://op.example/t1", email: "alice@acme.example",
            evidence: .idpVerified, completeness: .complete, groups: KitPerson.alice.groups, name: "Alice")
    ) { try ScriptedOpenIDProvider($0, .specification) }
    .with {
        $0.refreshes = true
        $0.cases = oidcCases
    }

    private static let page = "Documentation/providers/oidc.md, What is checked"

    private static let oidcCases = [
        VendorCase(
            "another client's token in a list without azp, at an OP of one issuer for all its customers", number: 21,
            clause: "OpenID Connect Core 3.1.3.7 steps 3 and 4", fix: "aud is the only boundary between customers here",
            upstream: { bench in
                try ScriptedOpenIDProvider(
                    bench, .specification, [.claims { claims, _ in claims["aud"] = "another-organization" }])
            }, verdict: .refused(.audienceMismatch)),
        VendorCase(
            "groups whose claim the token leaves out", clause: page, fix: "an absent claim is unsupported, not empty",
            upstream: { bench in
                try ScriptedOpenIDProvider(
                    bench, .specification,
                    [.claims { claims, _ in claims["groups"] = nil }, .userInfo { $0["groups"] = nil }])
            }, verdict: .identity(ExpectedIdentity(completeness: .unsupported, groups: []))),
        VendorCase(
            "an operator who says that the provider owns the domain", clause: page,
            fix: "emailEvidence decides, not email_verified", settings: { $0["emailEvidence"] = "tenantOwnsDomain" },
            upstream: { bench in
                try ScriptedOpenIDProvider(
                    bench, .specification, [.claims { claims, _ in claims["email_verified"] = false }])
            }, verdict: .identity(ExpectedIdentity(evidence: .tenantOwnsDomain))),
        VendorCase(
            "a browser that comes back by a posted form", clause: "OAuth 2.0 Form Post Response Mode 1.0",
            fix: "read the body where response_mode is form_post", settings: { $0["responseMode"] = "form_post" },
            verdict: .accepted),
        VendorCase(
            "a public client", clause: "OpenID Connect Core 9, none", fix: "send client_id, and no secret",
            settings: {
                $0["clientSecret"] = nil
                $0["tokenEndpointAuthMethod"] = "none"
            },
            upstream: { bench in
                try ScriptedOpenIDProvider(bench, OpenIDShape.specification.with { $0.authentication = .none })
            }, verdict: .accepted),
    ]
}

extension OpenIDShape {
    /// As the specification has it.
    fileprivate static let specification = OpenIDShape(issuer: "https://op.example/t1", clientID: "broker-acme").with {
        $0.sendsIssuer = true
        $0.document = ["scopes_supported": ["openid", "profile", "email", "offline_access"]]
        $0.idToken = { facts in
            [
                "name": .string(facts.person.name), "email": .string(facts.person.email), "email_verified": true,
                "groups": .array(facts.person.groups.map { .string($0) }), "sid": .string(facts.sessionID),
            ]
        }
    }
}
