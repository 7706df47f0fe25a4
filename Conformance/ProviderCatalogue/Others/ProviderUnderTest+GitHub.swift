import Broker
import ConformanceKit
import HTTPTypes
import OAuth2Provider

extension ProviderUnderTest {
    /// Kind `oauth2`, profile `github`, with an organization and teams.
    static let gitHub = ProviderUnderTest(
        "oauth2 (github)", OAuth2Provider.self, .oauth2,
        settings: [
            "profile": "github", "clientID": "broker-acme", "clientSecret": "env:GITHUB",
            "requiredOrganizations": ["acme"], "teams": true,
        ],
        abilities: [.settingsLint],
        expected: ExpectedIdentity(
            subject: GitHub.number(.alice), issuer: "https://api.github.com/user", email: "alice@acme.example",
            evidence: .idpVerified, completeness: .complete, groups: ["acme/staff", "acme/support"], name: "Alice")
    ) { try ScriptedOpenIDProvider($0, GitHub.shape()) }
    .with {
        $0.groupLookups = ["https://api.github.com/user/teams"]
        $0.logout = .none
        $0.cases = GitHub.cases
    }
}

/// What GitHub emits.
private enum GitHub {
    private static let api = "https://api.github.com/user"

    static func number(_ person: KitPerson) -> String { String(Int(person.subject.suffix(12)) ?? 0) }

    static func shape(_ routes: [OpenIDShape.Route] = []) -> OpenIDShape {
        OpenIDShape(issuer: "https://github.com/login/oauth", clientID: "broker-acme").with {
            $0.hasIDToken = false
            $0.givesRefreshToken = false
            $0.tokenEndpoint = "https://github.com/login/oauth/access_token"
            $0.userInfoEndpoint = api
            $0.authentication = .post
            $0.subjectMember = nil
            $0.userInfo = { facts in
                [
                    "id": .integer(Int64(number(facts.person)) ?? 0), "login": .string(facts.person.name.lowercased()),
                    "name": .string(facts.person.name), "email": "public@evil.example",
                ]
            }
            $0.routes = [emails(), membership("active"), teams] + routes
        }
    }

    static func emails(isPrimary: Bool = true, isVerified: Bool = true) -> OpenIDShape.Route {
        .init(api + "/emails") { _, facts throws(TransportError) in
            guard let facts else { return OutboundResponse(status: .unauthorized) }
            return list([
                [
                    "email": .string(facts.person.email), "primary": .bool(isPrimary), "verified": .bool(isVerified),
                    "visibility": "public",
                ]
            ])
        }
    }

    static func membership(
        _ state: String, organization: String = "acme", account: Int64? = nil, status: HTTPResponse.Status = .ok
    ) -> OpenIDShape.Route {
        .init(api + "/memberships/orgs/acme") { _, facts throws(TransportError) in
            guard let facts else { return OutboundResponse(status: .unauthorized) }
            let id = account ?? Int64(number(facts.person)) ?? 0
            return .json(
                [
                    "state": .string(state), "organization": ["login": .string(organization)],
                    "user": ["id": .integer(id)],
                ], status: status)
        }
    }

    private static let teams = OpenIDShape.Route(api + "/teams") { _, facts throws(TransportError) in
        guard let facts else { return OutboundResponse(status: .unauthorized) }
        return list(facts.person.groups.map { ["slug": .string($0), "organization": ["login": "Acme"]] })
    }

    private static func list(_ values: [JSON]) -> OutboundResponse { .json(JSON.array(values).jsonText) }

    private static func gitHub(
        _ name: String, clause: String, fix: String, verdict: Verdict, _ routes: OpenIDShape.Route...,
        changes: [OpenIDChange] = []
    ) -> VendorCase {
        VendorCase(
            name, clause: clause, fix: fix, upstream: { try ScriptedOpenIDProvider($0, shape(routes), changes) },
            verdict: verdict)
    }

    private static let organizations = "GitHub REST, memberships of organizations"
    private static let organizationFix = "the membership must be of that organization, of this account, and active"
    private static let addresses = "GitHub REST, /user/emails"

    static let cases = [
        VendorCase(
            "a sign-out: GitHub has none", clause: "GitHub OAuth apps", fix: "end the session here and nowhere else",
            then: .signsOut(.nowhere)),
        VendorCase(
            "a refresh: tokens of OAuth apps do not end", clause: "GitHub OAuth apps, access tokens",
            fix: "keep no access token to ask with", then: .refresh(.revoked, .unable)),
        gitHub(
            "an account without an id", clause: "CVE-2026-82968", fix: "id is a number above zero",
            verdict: .refused(.subjectInvalid), changes: [.userInfo { $0["id"] = .null }]),
        gitHub(
            "an account that renamed itself", clause: "GitHub REST, /user: id", fix: "the number is the subject",
            verdict: .identity(ExpectedIdentity(subject: number(.alice))),
            changes: [.userInfo { $0["login"] = "somebody-new" }]),
        gitHub(
            "a primary address that is not verified", clause: addresses, fix: "take verified addresses alone",
            verdict: .refused(.emailUnverified), emails(isVerified: false)),
        gitHub(
            "a verified address that is not the primary one", clause: addresses,
            fix: "without emailDomain the primary one",
            verdict: .refused(.emailUnverified), emails(isPrimary: false)),
        gitHub(
            "no member of the organization", clause: organizations, fix: organizationFix,
            verdict: .denied(.notAdmitted),
            membership("active", status: .notFound)),
        gitHub(
            "a membership that is only offered", clause: organizations, fix: organizationFix,
            verdict: .denied(.notAdmitted), membership("pending")),
        gitHub(
            "a membership of another organization", clause: organizations, fix: organizationFix,
            verdict: .refused(.upstreamInvalid), membership("active", organization: "other")),
        gitHub(
            "a membership of another person", clause: organizations, fix: organizationFix,
            verdict: .refused(.subjectInvalid), membership("active", account: 7)),
        gitHub(
            "an error in an answer of status 200", clause: "GitHub OAuth apps, errors of the token request",
            fix: "look for error before access_token", verdict: .refused(.upstreamError),
            changes: [.answer(.token) { _ throws(TransportError) in .json(["error": "bad_verification_code"]) }]),
    ]
}
