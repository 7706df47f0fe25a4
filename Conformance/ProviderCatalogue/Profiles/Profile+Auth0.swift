import Broker
import ConformanceKit

extension ProviderUnderTest {
    private static let shape = OpenIDShape(
        issuer: "https://acme.eu.auth0.com/", base: "https://acme.eu.auth0.com", clientID: "a1B2c3D4"
    ).with {
        $0.authentication = .post
        $0.endSessionEndpoint = "https://acme.eu.auth0.com/oidc/logout"
        $0.subject = { "auth0|\($0.subject)" }
        $0.idToken = { facts in
            [
                "name": .string(facts.person.name), "email": .string(facts.person.email), "email_verified": true,
                "org_id": "org_acme", "sid": .string(facts.sessionID),
                "https://acme.example/roles": .array(facts.person.groups.map { .string($0) }),
            ]
        }
    }

    /// Auth0 with an organization and a namespaced claim for groups.
    static let auth0 = profile(
        "auth0",
        variables: [
            "domain": "acme.eu.auth0.com", "organization": "org_acme", "groupsClaim": "https://acme.example/roles",
        ], shape: shape,
        expected: ExpectedIdentity(
            subject: "auth0|\(KitPerson.alice.subject)", issuer: "https://acme.eu.auth0.com/",
            email: KitPerson.alice.email, evidence: .idpVerified, completeness: .complete,
            groups: KitPerson.alice.groups, name: KitPerson.alice.name)
    ).with { row in
        row.cases = [
            profileCase(
                "a discovery document whose issuer lacks the final slash", clause: "OpenID Connect Discovery 4.3",
                fix: "compare octet for octet", shape: shape, verdict: .refused(.issuerMismatch),
                .document { $0["issuer"] = "https://acme.eu.auth0.com" }),
            profileCase(
                "a member of another organization", clause: "Auth0, Work with Tokens and Organizations",
                fix: "demand org_id", shape: shape, verdict: .denied(.notAdmitted),
                .claims { claims, _ in claims["org_id"] = "org_evil" }),
            profileCase(
                "a person of no organization", clause: "Auth0, Work with Tokens and Organizations",
                fix: "demand org_id", shape: shape, verdict: .denied(.notAdmitted),
                .claims { claims, _ in claims["org_id"] = nil }),
            VendorCase(
                "a tenant whose end_session_endpoint is not published",
                clause: "Auth0, /v2/logout: client_id, returnTo",
                fix: "the profile's logout.link",
                upstream: { bench in
                    try ScriptedOpenIDProvider(bench, shape.with { $0.endSessionEndpoint = nil })
                },
                then: .signsOut(
                    .link(
                        "https://acme.eu.auth0.com/v2/logout?client_id=a1B2c3D4&returnTo="
                            + "https%3A%2F%2Fb.example%2Fvestibule%2Fcb%2Facme%2Flogout%3Fstate%3DL0GOUT-state"))),
            VendorCase(
                "a person who was blocked since", clause: "Auth0, refresh tokens: invalid_grant for blocked users",
                fix: "invalid_grant ends the session", settings: { $0["scopes"] = ["openid", "offline_access"] },
                then: .refresh(.revoked, .revoked)),
        ]
    }
}
