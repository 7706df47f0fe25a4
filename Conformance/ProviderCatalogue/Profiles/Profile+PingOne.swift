import Broker
import ConformanceKit

extension ProviderUnderTest {
    private static let environment = "0a1b2c3d-0000-4000-8000-000000000000"

    private static let shape = OpenIDShape(
        issuer: "https://auth.pingone.eu/\(environment)/as", clientID: "5e5e5e5e-0000-4000-8000-00000000000e"
    ).with {
        $0.endSessionEndpoint = nil
        $0.document = ["ping_end_session_endpoint": .string("https://auth.pingone.eu/\(environment)/as/signoff")]
        $0.idToken = { facts in
            [
                "name": .string(facts.person.name), "email": .string(facts.person.email), "email_verified": true,
                "groups": .array(facts.person.groups.map { .string($0) }), "sid": .string(facts.sessionID),
            ]
        }
    }

    /// PingOne in Europe, with the metadata name of its older sibling for sign-out.
    static let pingOne = profile(
        "pingone", variables: ["tld": "eu", "environment": .string(environment), "groupsClaim": "groups"],
        shape: shape,
        expected: ExpectedIdentity(
            issuer: "https://auth.pingone.eu/\(environment)/as", email: KitPerson.alice.email, evidence: .idpVerified,
            completeness: .complete, groups: KitPerson.alice.groups, name: KitPerson.alice.name)
    ).with { row in
        row.cases = [
            profileCase(
                "a token of another environment", clause: "PingOne, Signoff, iss", fix: "compare iss octet for octet",
                shape: shape, verdict: .refused(.issuerMismatch),
                .claims { claims, _ in
                    claims["iss"] = "https://auth.pingone.eu/11111111-0000-4000-8000-000000000000/as"
                }),
            profileCase(
                "a token of the same environment in another region", clause: "PingOne, Signoff, iss",
                fix: "compare iss octet for octet", shape: shape, verdict: .refused(.issuerMismatch),
                .claims { claims, _ in claims["iss"] = .string("https://auth.pingone.com/\(environment)/as") }),
        ]
    }
}
