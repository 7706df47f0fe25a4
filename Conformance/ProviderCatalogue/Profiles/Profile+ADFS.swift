import Broker
import ConformanceKit

extension ProviderUnderTest {
    private static let host = "https://adfs.acme.example/adfs"

    private static let shape = OpenIDShape(issuer: host, base: host + "/oauth2", clientID: "https-support-client").with
    {
        $0.authentication = .post
        $0.jwksURI = host + "/discovery/keys"
        $0.userInfoEndpoint = host + "/userinfo"
        $0.givesRefreshToken = false
        $0.postsBack = true
        $0.idToken = { facts in
            [
                "name": .string(facts.person.name), "email": .string(facts.person.email),
                "upn": .string("\(facts.person.name.lowercased())@ad.acme.example"),
                "group": .array(facts.person.groups.map { .string($0) }), "sid": .string(facts.sessionID),
            ]
        }
        $0.userInfo = { _ in [:] }
        $0.document = [
            "access_token_issuer": "http://adfs.acme.example/adfs/services/trust",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "scopes_supported": ["openid", "profile", "email", "allatclaims", "user_impersonation"],
        ]
    }

    /// AD FS, whose operator said that the tenant owns the domain.
    static let adfs = profile(
        "adfs", variables: ["host": "adfs.acme.example", "groupsClaim": "group"],
        settings: ["emailEvidence": "tenantOwnsDomain"], shape: shape,
        expected: ExpectedIdentity(
            issuer: host, email: KitPerson.alice.email, evidence: .tenantOwnsDomain, completeness: .complete,
            groups: KitPerson.alice.groups, name: KitPerson.alice.name)
    ).with { row in
        let notAsked = Verdict.identity(ExpectedIdentity(hasNoEmail: true))
        row.faultVerdicts = Verdict.ownedDomain.merging(["email-in-userinfo": notAsked]) { $1 }
        row.faultsNotApplicable = Shared.faultsOfUserInfo
        row.cases = [
            profileCase(
                "a upn where there is no address", clause: "AD FS, OpenID Connect/OAuth Concepts, upn",
                fix: "never take a sign-in name for an address", shape: shape, verdict: notAsked,
                .claims { claims, _ in
                    claims["email"] = nil
                    claims["upn"] = "alice@acme.example"
                    claims["unique_name"] = "alice@acme.example"
                }),
            profileCase(
                "an access token's issuer", clause: "AD FS metadata, access_token_issuer",
                fix: "compare iss octet for octet", shape: shape, verdict: .refused(.issuerMismatch),
                .claims { claims, _ in claims["iss"] = "http://adfs.acme.example/adfs/services/trust" }),
        ]
    }
}
