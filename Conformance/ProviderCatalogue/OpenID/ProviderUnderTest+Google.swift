import Broker
import ConformanceKit
import Foundation
import GoogleProvider
import HTTPTypes

extension ProviderUnderTest {
    /// Kind `google`: a Workspace, with groups by the Directory API.
    static let google = ProviderUnderTest(
        "google", GoogleProvider.self, .openIDConnect,
        settings: [
            "clientID": .string(Google.clientID), "clientSecret": "env:GOOGLE", "hostedDomains": ["acme.example"],
            "offlineAccess": true,
            "groups": ["serviceAccount": "file:/sa.json", "subject": "admin@acme.example"],
        ],
        abilities: KitAbility.openIDVendor.union([.groupSource, .directorySource]),
        expected: ExpectedIdentity(
            subject: Google.subject(.alice), issuer: "https://accounts.google.com", email: "alice@acme.example",
            evidence: .tenantOwnsDomain, completeness: .complete,
            groups: ["staff@acme.example", "support@acme.example"], name: "Alice")
    ) { try ScriptedOpenIDProvider($0, Google.shape) }
    .with {
        $0.secrets = ["env:GOOGLE": "S3CR3T-client-value", "file:/sa.json": Google.keyFile]
        // Google has no end_session_endpoint.
        $0.logout = .none
        $0.directory = .google(subject: Google.subject)
        $0.refreshes = true
        $0.groupLookups = [Google.directory]
        $0.cases = hostedDomainCases + directoryCases
    }

    private static let page = "Google, OpenID Connect: hd in the ID token"

    private static func hd(
        _ name: String, _ value: JSON?, verdict: Verdict,
        settings: @escaping @Sendable (inout Claims) -> Void = { _ in },
        email: String = "alice@acme.example"
    ) -> VendorCase {
        VendorCase(
            name, number: 20, clause: page, fix: "compare hd of the verified ID token with hostedDomains",
            visit: KitVisit(KitPerson.alice.with(email: email)), settings: settings,
            upstream: { bench in
                try ScriptedOpenIDProvider(bench, Google.shape, [.claims { claims, _ in claims["hd"] = value }])
            }, verdict: verdict)
    }

    private static let hostedDomainCases = [
        hd("a foreign hd", "evil.example", verdict: .denied(.notAdmitted)),
        hd("no hd", nil, verdict: .denied(.notAdmitted)),
        hd("no hd and a gmail address", nil, verdict: .denied(.notAdmitted), email: "alice@gmail.com"),
        hd("an hd that is a list", ["acme.example"], verdict: .refused(.upstreamInvalid)),
        hd("a sub-domain as hd", "sub.acme.example", verdict: .denied(.notAdmitted)),
        hd("another case of the same hd", "ACME.example", verdict: .accepted),
        hd(
            "a gmail account where such are admitted", nil,
            verdict: .identity(ExpectedIdentity(evidence: .idpVerified)),
            settings: { $0["allowConsumerAccounts"] = true }, email: "alice@gmail.com"),
        hd(
            "a private account that carries an address of the company", nil,
            verdict: .identity(ExpectedIdentity(evidence: Email.Evidence.none)),
            settings: { $0["allowConsumerAccounts"] = true }),
        hd(
            "several domains, the second of them", "second.example", verdict: .accepted,
            settings: { $0["hostedDomains"] = ["acme.example", "second.example"] }),
    ]

    private static func directory(
        _ name: String, _ shape: OpenIDShape, _ expected: ExpectedIdentity
    ) -> VendorCase {
        VendorCase(
            name, clause: "Directory API, groups.list", fix: "a look-up that did not end is no list of no groups",
            upstream: { try ScriptedOpenIDProvider($0, shape) }, verdict: .identity(expected))
    }

    private static let directoryCases = [
        directory(
            "three pages of groups", Google.shape.with { $0.routes = [Google.pages(3, failingAt: nil)] },
            ExpectedIdentity(
                completeness: .complete, groups: ["g0@acme.example", "g1@acme.example", "g2@acme.example"])),
        directory(
            "a second page that fails", Google.shape.with { $0.routes = [Google.pages(3, failingAt: 1)] },
            ExpectedIdentity(completeness: .failed)),
        directory(
            "a delegation that was taken away",
            Google.shape.with {
                $0.otherGrants = { _ throws(TransportError) in
                    .json(["error": "unauthorized_client"], status: .unauthorized)
                }
            }, ExpectedIdentity(completeness: .failed, groups: [])),
        directory(
            "a person without groups", Google.shape.with { $0.routes = [Google.pages(0, failingAt: nil)] },
            ExpectedIdentity(completeness: .complete, groups: [])),
    ]
}

/// What Google emits.
private enum Google {
    static let clientID = "1234-abc.apps.googleusercontent.com"
    static let directory = "admin.googleapis.com/admin/directory/v1/groups"

    static func subject(_ person: KitPerson) -> String {
        "1" + person.subject.filter(\.isNumber).prefix(20) + person.subject.suffix(4)
    }

    static let keyFile: String = {
        let file: Claims = [
            "type": "service_account", "client_email": "reader@project.iam.gserviceaccount.com",
            "private_key_id": "sa-1", "token_uri": "https://oauth2.googleapis.com/token",
            "private_key": .string((try? KitKey("service account").pem) ?? ""),
        ]
        return file.jsonText
    }()

    static let shape = OpenIDShape(issuer: "https://accounts.google.com", clientID: clientID).with {
        $0.authorizationEndpoint = "https://accounts.google.com/o/oauth2/v2/auth"
        $0.tokenEndpoint = "https://oauth2.googleapis.com/token"
        $0.jwksURI = "https://www.googleapis.com/oauth2/v3/certs"
        $0.userInfoEndpoint = "https://openidconnect.googleapis.com/v1/userinfo"
        $0.endSessionEndpoint = nil
        $0.revocationEndpoint = "https://oauth2.googleapis.com/revoke"
        $0.authentication = .post
        $0.subject = subject
        $0.document = [
            "code_challenge_methods_supported": ["plain", "S256"], "response_modes_supported": .null,
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "scopes_supported": ["openid", "email", "profile"],
        ]
        $0.idToken = { facts in
            [
                "azp": .string(facts.clientID), "hd": "acme.example", "email": .string(facts.person.email),
                "email_verified": true, "name": .string(facts.person.name), "given_name": .string(facts.person.name),
            ]
        }
        $0.routes = [
            .init(directory) { request, _ throws(TransportError) in
                let isAlice = request.url.query()?.contains("userKey=\(subject(.alice))") == true
                let groups: [JSON] = (isAlice ? KitPerson.alice.groups : []).map {
                    ["email": .string("\($0)@acme.example"), "id": "01"]
                }
                return .json(["kind": "admin#directory#groups", "groups": .array(groups)])
            }
        ]
        $0.otherGrants = { _ throws(TransportError) in
            .json(["access_token": "ya29.service-account", "token_type": "Bearer", "expires_in": 3599])
        }
    }

    /// A list of groups page by page, one on each.
    static func pages(_ count: Int, failingAt failing: Int?) -> OpenIDShape.Route {
        .init(directory) { request, _ throws(TransportError) in
            let query = request.url.query() ?? ""
            let page = (0..<max(count, 1)).first { query.contains("pageToken=p\($0)") } ?? 0
            if page == failing { return .json(["error": ["code": 503]], status: .serviceUnavailable) }
            var answer: Claims = ["kind": "admin#directory#groups"]
            if count > 0 { answer["groups"] = [["email": .string("g\(page)@acme.example")]] }
            if page + 1 < count { answer["nextPageToken"] = .string("p\(page + 1)") }
            return .json(answer)
        }
    }
}
