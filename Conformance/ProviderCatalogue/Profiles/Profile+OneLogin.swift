import Broker
import ConformanceKit

extension ProviderUnderTest {
    private static let shape = OpenIDShape(
        issuer: "https://acme.onelogin.com/oidc/2", clientID: "9a6d6350-2af8-0136-197b-06acc76d34b492920"
    ).with {
        $0.jwksURI = "https://acme.onelogin.com/oidc/2/certs"
        $0.userInfoEndpoint = "https://acme.onelogin.com/oidc/2/me"
        $0.givesRefreshToken = false
        $0.idToken = { facts in
            [
                "name": .string(facts.person.name), "email": .string(facts.person.email),
                "groups": .array(facts.person.groups.map { .string($0) }), "sid": .string(facts.sessionID),
            ]
        }
        $0.userInfo = { facts in
            ["name": .string(facts.person.name), "email": .string(facts.person.email)]
        }
    }

    /// OneLogin, whose operator said that the tenant owns the domain.
    static let oneLogin = profile(
        "onelogin", variables: ["subdomain": "acme"], settings: ["emailEvidence": "tenantOwnsDomain"], shape: shape,
        expected: ExpectedIdentity(
            issuer: "https://acme.onelogin.com/oidc/2", email: KitPerson.alice.email, evidence: .tenantOwnsDomain,
            completeness: .complete, groups: KitPerson.alice.groups, name: KitPerson.alice.name)
    ).with { row in
        row.faultVerdicts = Verdict.ownedDomain
        row.cases = [
            profileCase(
                "a token of another OneLogin account", clause: "OneLogin, Upgrade v1 to v2, Issuer Endpoint",
                fix: "compare iss octet for octet", shape: shape, verdict: .refused(.issuerMismatch),
                .claims { claims, _ in claims["iss"] = "https://evil.onelogin.com/oidc/2" }),
            profileCase(
                "an address without anything that speaks for it, by choice",
                clause: "OneLogin, Provider Configuration, claims_supported", fix: "give no evidence", shape: shape,
                settings: { $0["emailEvidence"] = "none" },
                verdict: .identity(ExpectedIdentity(evidence: Email.Evidence.none))),
        ]
    }
}
