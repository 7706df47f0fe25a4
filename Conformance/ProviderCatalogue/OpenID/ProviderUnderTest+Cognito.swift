import Broker
import CognitoProvider
import ConformanceKit

extension ProviderUnderTest {
    /// Kind `cognito`: one user pool.
    static let cognito = ProviderUnderTest(
        "cognito", CognitoProvider.self, .openIDConnect,
        settings: [
            "region": "eu-central-1", "userPoolID": .string(Cognito.pool), "clientID": .string(Cognito.clientID),
            "clientSecret": "env:COGNITO", "domain": "acme-login",
        ],
        abilities: KitAbility.openIDVendor.union([.directorySource, .groupSource]),
        expected: ExpectedIdentity(
            subject: KitPerson.alice.subject, issuer: Cognito.issuer, email: "alice@acme.example",
            evidence: .idpVerified, completeness: .complete, groups: KitPerson.alice.groups, name: "Alice")
    ) { try ScriptedOpenIDProvider($0, Cognito.shape) }
    .with {
        $0.logout = .vendor("Cognito signs out by client_id and logout_uri, without state")
        $0.refreshes = true
        $0.secrets = [
            "env:COGNITO": "S3CR3T-client-value", "env:AWS_KEY_ID": "AKIDEXAMPLE",
            "env:AWS_SECRET": "S3CR3T-access-key",
        ]
        $0.directory = .cognito
        $0.rulesNotApplicable = ["session.logout-received": "Cognito sends no logout messages"]
        // Cognito writes the text "true" in UserInfo.
        $0.faultVerdicts = [
            "email-verified-string-true": .identity(ExpectedIdentity(evidence: .idpVerified))
        ]
        $0.cases = tokenCases + emailCases + sessionCases
    }

    private static func with(
        _ name: String, number: Int? = nil, _ clause: String, fix: String,
        settings: @escaping @Sendable (inout Claims) -> Void = { _ in }, verdict: Verdict, _ changes: [OpenIDChange]
    ) -> VendorCase {
        VendorCase(
            name, number: number, clause: clause, fix: fix, settings: settings,
            upstream: { try ScriptedOpenIDProvider($0, Cognito.shape, changes) }, verdict: verdict)
    }

    private static let tokenUse = "Cognito, verifying tokens: token_use"
    private static let tokenUseFix = "token_use must be id"

    private static let tokenCases = [
        with(
            "an access token with our audience in the place of the ID token", number: 19, tokenUse, fix: tokenUseFix,
            verdict: .refused(.upstreamInvalid), [.claims { claims, _ in claims["token_use"] = "access" }]),
        with(
            "an access token as it is, without aud", number: 19, tokenUse, fix: tokenUseFix, verdict: .refusedAnyhow,
            [.tokens { $0["id_token"] = $0["access_token"] }]),
        with(
            "a token without token_use", tokenUse, fix: tokenUseFix, verdict: .refused(.upstreamInvalid),
            [.claims { claims, _ in claims["token_use"] = nil }]),
        with(
            "a token of another pool", "OpenID Connect Core 3.1.3.7 step 2", fix: "region and pool are the issuer",
            verdict: .refused(.issuerMismatch),
            [
                .claims { claims, _ in
                    claims["iss"] = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Other"
                }
            ]),
        with(
            "a pool whose endpoints are at another domain", "Cognito, domain", fix: "compare the endpoints with domain",
            verdict: .refused(.configurationInvalid),
            [.document { $0["token_endpoint"] = "https://evil.auth.eu-central-1.amazoncognito.com/oauth2/token" }]),
        with(
            "a person without groups, whose claim Cognito leaves out", "Cognito, cognito:groups",
            fix: "an absent claim is unsupported unless usesGroups",
            verdict: .identity(ExpectedIdentity(completeness: .unsupported)),
            [.claims { claims, _ in claims["cognito:groups"] = nil }]),
        with(
            "a person without groups in a pool that uses them", "Cognito, cognito:groups", fix: "usesGroups says so",
            settings: { $0["usesGroups"] = true },
            verdict: .identity(ExpectedIdentity(completeness: .complete, groups: [])),
            [.claims { claims, _ in claims["cognito:groups"] = nil }]),
    ]

    private static let signOutClause = "Cognito, logout endpoint: client_id and logout_uri"
    private static let signOutFix = "send logout_uri as it is registered, and nothing that Cognito does not know"
    private static let signOut = Cognito.host + "/logout?client_id=\(Cognito.clientID)&logout_uri="

    private static let sessionCases = [
        VendorCase(
            "a sign-out, back to the connection's logout URL", clause: signOutClause, fix: signOutFix,
            then: .signsOut(.link(signOut + "https%3A%2F%2Fb.example%2Fvestibule%2Fcb%2Facme%2Flogout"))),
        VendorCase(
            "a sign-out to another page that the pool knows", clause: signOutClause, fix: signOutFix,
            settings: { $0["logoutURI"] = "https://b.example/vestibule/signed-out" },
            then: .signsOut(.link(signOut + "https%3A%2F%2Fb.example%2Fvestibule%2Fsigned-out"))),
        VendorCase(
            "a pool whose domain is not known", clause: signOutClause, fix: "without domain nobody is sent anywhere",
            settings: { $0["domain"] = nil }, then: .signsOut(.nowhere)),
        VendorCase(
            "a person who was disabled since", clause: "Cognito, token endpoint: invalid_grant for disabled users",
            fix: "invalid_grant ends the session", then: .refresh(.revoked, .revoked)),
    ]

    private static let federated: OpenIDChange = .claims { claims, _ in
        claims["identities"] = [["providerName": "Google", "userId": "1", "providerType": "Google"]]
    }
    private static let emails = "Cognito, email_verified of federated users"
    private static let emailFix = "addresses of federated people are what their provider sends"

    private static let emailCases = [
        with(
            "a federated person whose address is mapped as verified", emails, fix: emailFix,
            verdict: .identity(ExpectedIdentity(evidence: Email.Evidence.none)), [federated]),
        with(
            "a federated person in a pool whose providers are all trusted", emails, fix: emailFix,
            settings: { $0["trustFederatedEmail"] = true },
            verdict: .identity(ExpectedIdentity(evidence: .idpVerified)), [federated]),
        with(
            "a federated person who shows by the pool's group alone", emails, fix: emailFix,
            verdict: .identity(ExpectedIdentity(evidence: Email.Evidence.none)),
            [.claims { claims, _ in claims["cognito:groups"] = [.string("\(Cognito.pool)_Google")] }]),
        with(
            "an address in UserInfo alone, verified as text", emails, fix: "UserInfo says \"true\"",
            verdict: .identity(ExpectedIdentity(email: "alice@acme.example", evidence: .idpVerified)),
            [.claims { claims, _ in (claims["email"], claims["email_verified"]) = (nil, nil) }]),
    ]
}

/// What Cognito emits.
private enum Cognito {
    static let pool = "eu-central-1_AbCdEfGhI"
    static let clientID = "1example23456789"
    static let issuer = "https://cognito-idp.eu-central-1.amazonaws.com/\(pool)"
    static let host = "https://acme-login.auth.eu-central-1.amazoncognito.com"

    static let shape = OpenIDShape(issuer: issuer, base: host + "/oauth2", clientID: clientID).with {
        $0.userInfoEndpoint = host + "/oauth2/userInfo"
        $0.endSessionEndpoint = host + "/logout"
        $0.jwksURI = issuer + "/.well-known/jwks.json"
        $0.keyID = "vyVQH7UMjwYboVvyFf+zd4KHZfgc+RtmU/A2vHhgITI="
        $0.idTokenType = nil
        // Neither PKCE nor response modes are mentioned.
        $0.document = [
            "code_challenge_methods_supported": .null, "response_modes_supported": .null,
            "response_types_supported": ["code", "token"], "scopes_supported": ["openid", "email", "phone", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        ]
        $0.idToken = { facts in
            [
                "token_use": "id", "auth_time": .time(facts.now), "origin_jti": "o-1", "event_id": "e-1",
                "cognito:username": .string(facts.person.name.lowercased()),
                "cognito:groups": .array(facts.person.groups.map { .string($0) }), "name": .string(facts.person.name),
                "email": .string(facts.person.email), "email_verified": true,
            ]
        }
        $0.accessToken = .jwt(typ: nil) { facts in
            [
                "iss": .string(facts.issuer), "client_id": .string(facts.clientID), "sub": .string(facts.subject),
                "token_use": "access", "iat": .time(facts.now), "exp": .time(facts.now + .seconds(3600)),
                "scope": "openid profile email", "username": .string(facts.person.name.lowercased()),
            ]
        }
        $0.userInfo = { facts in
            [
                "username": .string(facts.person.name.lowercased()), "name": .string(facts.person.name),
                "email": .string(facts.person.email), "email_verified": "true",
            ]
        }
    }
}
