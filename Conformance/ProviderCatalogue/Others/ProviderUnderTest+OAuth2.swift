import Broker
import ConformanceKit
import OAuth2Provider

extension ProviderUnderTest {
    /// Kind `oauth2`, profile `custom`.
    static let oauth2 = ProviderUnderTest(
        "oauth2", OAuth2Provider.self, .oauth2,
        settings: [
            "profile": "custom", "clientID": "broker-acme", "clientSecret": "env:ACME",
            "authorizationEndpoint": "https://auth.example/authorize?tenant=t1",
            "tokenEndpoint": "https://auth.example/token", "userInfoURL": "https://api.example/me",
            "claims": ["subject": "id", "groups": "groups"],
        ],
        abilities: [.settingsLint],
        expected: ExpectedIdentity(
            subject: KitPerson.alice.subject, issuer: "https://api.example/me", email: "alice@acme.example",
            evidence: .idpVerified, completeness: .complete, groups: KitPerson.alice.groups, name: "Alice")
    ) { try ScriptedOpenIDProvider($0, .oauthServer) }
    .with { $0.cases = subjectCases + addressCases }

    private static func answer(
        _ name: String, clause: String, fix: String, verdict: Verdict,
        _ change: @escaping @Sendable (inout Claims) -> Void
    ) -> VendorCase {
        VendorCase(
            name, clause: clause, fix: fix,
            upstream: { try ScriptedOpenIDProvider($0, .oauthServer, [.userInfo(change)]) }, verdict: verdict)
    }

    private static func subject(_ name: String, _ value: JSON?, _ verdict: Verdict) -> VendorCase {
        answer(
            name, clause: "CVE-2026-82968: an account id that is null or shared", fix: "text or a number above zero",
            verdict: verdict
        ) { $0["id"] = value }
    }

    private static let subjectCases = [
        subject("no id", nil, .refused(.subjectInvalid)),
        subject("an id that is null", .null, .refused(.subjectInvalid)),
        subject("an empty id", "", .refused(.subjectInvalid)),
        subject("an id that is blank", "  ", .refused(.subjectInvalid)),
        subject("an id of zero", 0, .refused(.subjectInvalid)),
        subject("a list of ids", ["1"], .refused(.subjectInvalid)),
        subject("an id that is a number", 583_231, .identity(ExpectedIdentity(subject: "583231"))),
    ]

    private static func verified(_ name: String, _ value: JSON?) -> VendorCase {
        answer(
            name, clause: "OpenID Connect Core 5.1, email_verified", fix: "JSON true and nothing else",
            verdict: .identity(ExpectedIdentity(evidence: Email.Evidence.none))
        ) { $0["email_verified"] = value }
    }

    private static let addressCases = [
        verified("email_verified as text", "true"), verified("email_verified as a number", 1),
        verified("email_verified absent", nil),
        answer(
            "groups that are absent", clause: "Documentation/providers/oauth2.md", fix: "unsupported, not empty",
            verdict: .identity(ExpectedIdentity(completeness: .unsupported, groups: []))
        ) { $0["groups"] = nil },
    ]
}

extension OpenIDShape {
    fileprivate static let oauthServer = OpenIDShape(issuer: "https://auth.example", clientID: "broker-acme").with {
        $0.hasIDToken = false
        $0.givesRefreshToken = false
        $0.authorizationEndpoint = "https://auth.example/authorize?tenant=t1"
        $0.userInfoEndpoint = "https://api.example/me"
        $0.subjectMember = nil
        $0.userInfo = { facts in
            [
                "id": .string(facts.person.subject), "email": .string(facts.person.email), "email_verified": true,
                "name": .string(facts.person.name), "groups": .array(facts.person.groups.map { .string($0) }),
            ]
        }
    }
}
