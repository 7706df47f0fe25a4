import Broker
import ConformanceKit
import KeycloakProvider

extension ProviderUnderTest {
    /// Kind `keycloak`: one realm, with roles of the verified access token.
    static let keycloak = ProviderUnderTest(
        "keycloak", KeycloakProvider.self, .openIDConnect,
        settings: [
            "baseURL": "https://sso.acme.example", "realm": "acme", "clientID": .string(Keycloak.clientID),
            "clientSecret": "env:KEYCLOAK", "roles": "both",
        ],
        abilities: KitAbility.openIDVendor.union([.keyHolder, .metadataPublisher, .directorySource, .groupSource]),
        expected: ExpectedIdentity(
            subject: KitPerson.alice.subject, issuer: Keycloak.issuer, email: "alice@acme.example",
            evidence: .idpVerified, completeness: .complete, groups: Keycloak.groups, name: "Alice")
    ) { try ScriptedOpenIDProvider($0, Keycloak.shape) }
    .with {
        $0.refreshes = true
        $0.directory = .keycloak
        $0.cases = keycloakRoleCases + keycloakRealmCases
    }

    private static let rolesClause = "Keycloak, roles: in the access token alone"
    private static let rolesFix = "verify the access token before a role is read; where that fails roles are unknown"

    private static func role(_ name: String, _ expected: ExpectedIdentity, _ changes: OpenIDChange...) -> VendorCase {
        VendorCase(
            name, clause: rolesClause, fix: rolesFix,
            upstream: { try ScriptedOpenIDProvider($0, Keycloak.shape, changes) },
            verdict: .identity(expected))
    }

    private static let unknown = ExpectedIdentity(completeness: .failed, groups: [])

    private static let keycloakRoleCases = [
        role(
            "an access token that another key signed, with the role of an administrator", unknown,
            .tokens { answer in
                let claims: Claims = ["realm_access": ["roles": ["admin"]], "typ": "Bearer", "azp": "vestibule"]
                answer["access_token"] = (try? KitKey("other", kid: "k1").token(claims)).map { .string($0) }
            }),
        role(
            "an access token of another client", unknown,
            .accessToken { claims, _ in claims["azp"] = "other-client" }),
        role(
            "an access token of another person", unknown,
            .accessToken { claims, _ in claims["sub"] = "somebody-else" }),
        role(
            "an access token of another realm", unknown,
            .accessToken { claims, _ in claims["iss"] = "https://sso.acme.example/realms/other" }),
        role(
            "an access token that is over", unknown,
            .accessToken { claims, facts in claims["exp"] = .time(facts.now - .seconds(3600)) }),
        role(
            "an ID token in the place of the access token", unknown,
            .accessToken { claims, _ in claims["typ"] = "ID" }),
        role(
            "an opaque access token", unknown, .tokens { $0["access_token"] = "0paque-access-token" }),
        role(
            "a lightweight access token without roles", unknown,
            .accessToken { claims, _ in (claims["realm_access"], claims["resource_access"]) = (nil, nil) }),
        VendorCase(
            "a group of a mapper that calls itself a role of the realm", clause: rolesClause,
            fix: "leave such names out, and say that the list is not whole", settings: { $0["groupsClaim"] = "groups" },
            upstream: { bench in
                try ScriptedOpenIDProvider(
                    bench, Keycloak.shape, [.claims { claims, _ in claims["groups"] = ["realm:owner", "people"] }])
            },
            verdict: .identity(
                ExpectedIdentity(completeness: .failed, groups: Keycloak.groups + ["people"]))
        ),
    ]

    private static func realm(_ name: String, _ verdict: Verdict, _ changes: OpenIDChange...) -> VendorCase {
        VendorCase(
            name, clause: "Documentation/providers/keycloak.md, What is checked",
            fix: "typ of the payload, and iss, decide",
            upstream: { try ScriptedOpenIDProvider($0, Keycloak.shape, changes) }, verdict: verdict)
    }

    private static let keycloakRealmCases = [
        realm(
            "an access token with our audience and nonce in the place of the ID token", .refused(.upstreamInvalid),
            .claims { claims, _ in claims["typ"] = "Bearer" }),
        realm(
            "a token of another realm", .refused(.issuerMismatch),
            .claims { claims, _ in claims["iss"] = "https://sso.acme.example/realms/other" }),
        VendorCase(
            "a server before 17, with /auth before /realms", clause: "Keycloak 17, default context path",
            fix: "legacyPath is part of the issuer", settings: { $0["legacyPath"] = true },
            upstream: { try ScriptedOpenIDProvider($0, Keycloak.legacyShape) },
            verdict: .identity(ExpectedIdentity(issuer: "https://sso.acme.example/auth/realms/acme"))),
    ]
}

/// What Keycloak emits.
private enum Keycloak {
    static let clientID = "vestibule"
    static let issuer = "https://sso.acme.example/realms/acme"
    static let groups = [
        "realm:admin", "realm:default-roles-acme", "client:account:view-profile", "client:vestibule:agent",
    ]

    static let shape = realm(issuer)
    static let legacyShape = realm("https://sso.acme.example/auth/realms/acme")

    private static func realm(_ issuer: String) -> OpenIDShape {
        let base = issuer + "/protocol/openid-connect"
        return OpenIDShape(issuer: issuer, base: base, clientID: clientID).with {
            $0.authorizationEndpoint = base + "/auth"
            $0.jwksURI = base + "/certs"
            $0.sendsIssuer = true
            $0.otherGrants = { _ throws(TransportError) in
                .json(["access_token": "realm-service-account", "token_type": "Bearer", "expires_in": 300])
            }
            // Keycloak writes at_hash only where the realm is set to; without it every token must stand for itself.
            $0.hasAccessTokenHash = false
            $0.document = [
                "id_token_signing_alg_values_supported": ["PS256", "ES256", "RS256", "HS256"],
                "code_challenge_methods_supported": ["plain", "S256"],
                "token_endpoint_auth_methods_supported": [
                    "private_key_jwt", "client_secret_basic", "client_secret_post",
                ],
                "response_modes_supported": ["query", "fragment", "form_post"],
                "scopes_supported": ["openid", "profile", "email", "roles", "offline_access"],
                "backchannel_logout_supported": true, "backchannel_logout_session_supported": true,
            ]
            $0.idToken = idClaims
            $0.accessToken = .jwt(typ: "JWT", accessClaims)
        }
    }

    private static let idClaims: @Sendable (TokenFacts) -> Claims = { facts in
        [
            "jti": .string("i-\(facts.tokenID)"), "typ": "ID", "azp": .string(facts.clientID),
            "sid": .string(facts.sessionID), "acr": "1", "name": .string(facts.person.name),
            "preferred_username": .string(facts.person.name.lowercased()), "email": .string(facts.person.email),
            "email_verified": true,
        ]
    }

    private static let accessClaims: @Sendable (TokenFacts) -> Claims = { facts in
        [
            "iss": .string(facts.issuer), "aud": "account", "sub": .string(facts.subject), "typ": "Bearer",
            "azp": .string(facts.clientID), "sid": .string(facts.sessionID), "scope": "openid profile email",
            "iat": .time(facts.now), "exp": .time(facts.now + .seconds(300)),
            "realm_access": ["roles": ["default-roles-acme", "admin"]],
            "resource_access": ["account": ["roles": ["view-profile"]], "vestibule": ["roles": ["agent"]]],
        ]
    }
}
