import Broker
import ConformanceKit
import OktaProvider

extension ProviderUnderTest {
    /// Kind `okta`: the org's own server.
    static let okta = ProviderUnderTest(
        "okta", OktaProvider.self, .openIDConnect, settings: Okta.settings,
        abilities: KitAbility.openIDVendor.union([.keyHolder, .metadataPublisher]), expected: Okta.alice(Okta.org)
    ) { try ScriptedOpenIDProvider($0, Okta.shape) }
    .with {
        $0.refreshes = true
        $0.cases = Okta.cases
    }

    /// Kind `okta`: a custom server, whose access tokens have our issuer and keys.
    static let oktaCustomServer = ProviderUnderTest(
        "okta (custom server)", OktaProvider.self, .openIDConnect,
        settings: Okta.settings.and(["authorizationServer": "default"]),
        abilities: KitAbility.openIDVendor.union([.keyHolder, .metadataPublisher]), expected: Okta.alice(Okta.custom)
    ) { try ScriptedOpenIDProvider($0, Okta.customShape) }
    .with {
        $0.refreshes = true
        $0.cases = Okta.customCases
    }
}

/// What Okta emits.
private enum Okta {
    static let org = "https://acme.okta.com"
    static let custom = "https://acme.okta.com/oauth2/default"
    static let clientID = "0oa1b2c3d4e5f6g7h8i9"

    static let settings: Claims = [
        "domain": "acme.okta.com", "clientID": .string(clientID), "clientSecret": "env:OKTA", "offlineAccess": true,
        "groups": ["claim": "groups"],
    ]

    static func alice(_ issuer: String) -> ExpectedIdentity {
        ExpectedIdentity(
            subject: KitPerson.alice.subject, issuer: issuer, email: "alice@acme.example", evidence: .idpVerified,
            completeness: .complete, groups: KitPerson.alice.groups, name: "Alice")
    }

    static let shape = server(org, base: org + "/oauth2/v1")
    static let customShape = server(custom, base: custom + "/v1").with {
        $0.accessToken = .jwt(typ: nil) { facts in
            [
                "ver": 1, "iss": .string(facts.issuer), "aud": "api://default", "sub": .string(facts.person.email),
                "iat": .time(facts.now), "exp": .time(facts.now + .seconds(3600)), "cid": .string(facts.clientID),
                "uid": .string(facts.subject), "scp": ["openid", "profile", "email"],
            ]
        }
    }

    private static func server(_ issuer: String, base: String) -> OpenIDShape {
        OpenIDShape(issuer: issuer, base: base, clientID: clientID).with {
            $0.jwksURI = base + "/keys"
            $0.keyID = "Zm9v-kid_1"
            $0.idTokenType = nil
            $0.document = [
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic", "client_secret_post", "private_key_jwt",
                ],
                "response_modes_supported": ["query", "fragment", "form_post"],
                "scopes_supported": ["openid", "email", "profile", "offline_access", "groups"],
            ]
            $0.idToken = { facts in
                [
                    "ver": 1, "idp": "00o1", "amr": ["pwd"], "auth_time": .time(facts.now),
                    "jti": .string("ID.\(facts.tokenID)"),
                    "name": .string(facts.person.name), "email": .string(facts.person.email), "email_verified": true,
                    "groups": .array(facts.person.groups.map { .string($0) }), "sid": .string(facts.sessionID),
                ]
            }
        }
    }

    private static func okta(
        _ name: String, _ shape: OpenIDShape, fix: String, clause: String = "Documentation/providers/okta.md",
        settings: @escaping @Sendable (inout Claims) -> Void = { _ in }, verdict: Verdict,
        _ change: @escaping @Sendable (inout Claims, TokenFacts) -> Void
    ) -> VendorCase {
        VendorCase(
            name, clause: clause, fix: fix, settings: settings,
            upstream: { try ScriptedOpenIDProvider($0, shape, [.claims(change), .userInfo { $0["groups"] = nil }]) },
            verdict: verdict)
    }

    private static func session(_ name: String, clause: String, fix: String, then sequel: CaseSequel) -> VendorCase {
        VendorCase(name, clause: clause, fix: fix, then: sequel)
    }

    private static let sessionCases = [
        session(
            "a sign-out, which Okta takes with id_token_hint alone", clause: "Okta, /logout: id_token_hint is required",
            fix: "keep the last ID token with the session",
            then: .signsOut(
                .form(
                    org + "/oauth2/v1/logout",
                    [
                        "id_token_hint": "{idToken}", "client_id": clientID, "state": "L0GOUT-state",
                        "post_logout_redirect_uri": "https://b.example/vestibule/cb/acme/logout",
                    ]))),
        session(
            "a person who was suspended since", clause: "Okta, refresh tokens: invalid_grant after suspension",
            fix: "invalid_grant ends the session", then: .refresh(.revoked, .revoked)),
    ]

    private static let serverClause = "OpenID Connect Core 3.1.3.7 step 2"

    static let cases =
        [
            okta(
                "a list of a hundred groups, which Okta cuts without a word", shape, fix: "a full list is an overage",
                verdict: .identity(ExpectedIdentity(completeness: .overage))
            ) { claims, _ in claims["groups"] = .array((0..<100).map { .string("g\($0)") }) },
            okta(
                "no groups claim", shape, fix: "an absent claim is unsupported, not empty",
                verdict: .identity(ExpectedIdentity(completeness: .unsupported, groups: []))
            ) { claims, _ in claims["groups"] = nil },
            okta(
                "a token of a custom server of the same org", shape, fix: "org and custom servers are two issuers",
                clause: serverClause, verdict: .refused(.issuerMismatch)
            ) { claims, _ in claims["iss"] = .string(custom) },
            okta(
                "an address that nobody confirmed, in an org that owns its domain", shape, fix: "emailEvidence decides",
                settings: { $0["emailEvidence"] = "tenantOwnsDomain" },
                verdict: .identity(ExpectedIdentity(evidence: .tenantOwnsDomain))
            ) { claims, _ in claims["email_verified"] = false },
        ] + sessionCases

    static let customCases = [
        okta(
            "an access token with our audience in the place of the ID token", customShape,
            fix: "one with cid or scp is an access token", clause: "RFC 8725 3.11", verdict: .refused(.upstreamInvalid)
        ) { claims, facts in
            claims["cid"] = .string(facts.clientID)
            claims["scp"] = ["openid"]
        },
        okta(
            "a token of the org's own server", customShape, fix: "org and custom servers are two issuers",
            clause: serverClause, verdict: .refused(.issuerMismatch)
        ) { claims, _ in claims["iss"] = .string(org) },
    ]
}
