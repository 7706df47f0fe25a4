import Broker
import ConformanceKit

extension ProviderUnderTest {
    private static let shape = OpenIDShape(
        issuer: "https://oauth.id.jumpcloud.com/", base: "https://oauth.id.jumpcloud.com/oauth2",
        clientID: "c1111111-0000-4000-8000-00000000000c"
    ).with {
        $0.authentication = .post
        $0.jwksURI = "https://oauth.id.jumpcloud.com/.well-known/jwks.json"
        $0.userInfoEndpoint = "https://oauth.id.jumpcloud.com/userinfo"
        $0.givesRefreshToken = false
        $0.idToken = { facts in
            [
                "name": .string(facts.person.name), "email": .string(facts.person.email), "email_verified": true,
                "memberOf": .array(facts.person.groups.map { .string($0) }), "sid": .string(facts.sessionID),
            ]
        }
    }

    private static let otherCustomer = JSON("d2222222-0000-4000-8000-00000000000d")

    /// JumpCloud with a named groups attribute.
    static let jumpCloud = profile(
        "jumpcloud", variables: ["groupsClaim": "memberOf"], shape: shape,
        expected: ExpectedIdentity(
            issuer: "https://oauth.id.jumpcloud.com/", email: KitPerson.alice.email, evidence: .idpVerified,
            completeness: .complete, groups: KitPerson.alice.groups, name: KitPerson.alice.name)
    ).with { row in
        // Every customer's tokens have one issuer and one key set: no second audience is taken, azp or not.
        row.faultVerdicts = ["aud-list-azp": .refused(.audienceMismatch)]
        row.cases = [
            profileCase(
                "a token of another customer's application", number: 21, clause: "OpenID Connect Core 3.1.3.7 step 3",
                fix: "aud is the only boundary", shape: shape, verdict: .refused(.audienceMismatch),
                .claims { claims, _ in
                    claims["aud"] = otherCustomer
                    claims["azp"] = nil
                }),
            profileCase(
                "a token for another customer's application and ours", number: 21,
                clause: "OpenID Connect Core 3.1.3.7 step 3", fix: "take no other audience", shape: shape,
                verdict: .refused(.audienceMismatch),
                .claims { claims, facts in
                    claims["aud"] = [.string(facts.clientID), otherCustomer]
                    claims["azp"] = .string(facts.clientID)
                }),
            profileCase(
                "groups under a name that was not given", clause: "JumpCloud, OIDC Attributes (Claims)",
                fix: "read the named claim alone", shape: shape, settings: { $0["variables"] = [:] },
                verdict: .identity(ExpectedIdentity(completeness: .unsupported))),
        ]
    }
}
