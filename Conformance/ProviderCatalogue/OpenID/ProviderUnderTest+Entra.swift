import Broker
import ConformanceKit
import EntraProvider
import HTTPTypes

extension ProviderUnderTest {
    /// Kind `entra`: one tenant, groups in the token.
    static let entra = ProviderUnderTest(
        "entra", EntraProvider.self, .openIDConnect,
        settings: [
            "tenants": [.string(Entra.tenant)], "clientID": .string(Entra.clientID), "clientSecret": "env:ENTRA",
            "offlineAccess": true,
        ],
        abilities: KitAbility.openIDVendor.union([.keyHolder, .metadataPublisher, .directorySource, .groupSource]),
        expected: Entra.alice
    ) { try ScriptedOpenIDProvider($0, Entra.shape) }
    .with {
        $0.refreshes = true
        $0.directory = .entra(tenants: [Entra.tenant], foreign: Entra.foreign)
        $0.faultsNotApplicable = Shared.faultsOfUserInfo
        $0.faultVerdicts = Entra.faultVerdicts
        $0.rulesNotApplicable = ["session.logout-received": "Entra ID sends no back-channel logout messages"]
        $0.cases = Entra.addressCases + Entra.personCases
    }

    /// Kind `entra`: two tenants at the endpoint of all organizations, groups by Graph.
    static let entraOrganizations = ProviderUnderTest(
        "entra (organizations)", EntraProvider.self, .openIDConnect,
        settings: [
            "tenants": [.string(Entra.tenant), .string(Entra.secondTenant)], "clientID": .string(Entra.clientID),
            "clientSecret": "env:ENTRA", "offlineAccess": true, "graphGroups": true,
        ],
        abilities: KitAbility.openIDVendor.union([.keyHolder, .metadataPublisher, .directorySource, .groupSource]),
        expected: Entra.alice
    ) { try ScriptedOpenIDProvider($0, Entra.organizations) }
    .with {
        $0.refreshes = true
        $0.directory = .entra(tenants: [Entra.tenant, Entra.secondTenant], foreign: Entra.foreign)
        $0.faultsNotApplicable = Shared.faultsOfUserInfo
        $0.faultVerdicts = Entra.faultVerdicts
        $0.rulesNotApplicable = ["session.logout-received": "Entra ID sends no back-channel logout messages"]
        $0.groupLookups = [Entra.graph]
        $0.cases = Entra.tenantCases + Entra.overageCases
    }
}

/// What Entra ID emits.
enum Entra {
    static let tenant = "aaaaaaaa-0000-4000-8000-000000000001"
    static let secondTenant = "bbbbbbbb-0000-4000-8000-000000000002"
    static let foreign = "ffffffff-0000-4000-8000-00000000000f"
    static let consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"
    static let clientID = "cccccccc-0000-4000-8000-00000000000c"
    static let graph = "graph.microsoft.com/v1.0/me/transitiveMemberOf/microsoft.graph.group"
    static let groups = ["99999999-0000-4000-8000-000000000001", "99999999-0000-4000-8000-000000000002"]
    private static let login = "https://login.microsoftonline.com"

    static func issuer(_ tenant: String) -> String { "\(login)/\(tenant)/v2.0" }

    static let alice = ExpectedIdentity(
        subject: KitPerson.alice.subject, issuer: issuer(tenant), tenant: tenant, email: "alice@acme.example",
        evidence: .idpVerified, completeness: .complete, groups: groups, name: "Alice")

    static let faultVerdicts: [String: Verdict] = {
        var verdicts = Shared.emailVerifiedIsNotRead(.idpVerified)
        verdicts["email-in-userinfo"] = .identity(ExpectedIdentity(hasNoEmail: true))
        return verdicts
    }()

    static let shape = authority(tenant).with {
        $0.idToken = { facts in claims(facts).and(["groups": .array(groups.map { .string($0) })]) }
    }

    static let organizations = authority("organizations").with {
        $0.documentIssuer = issuer("{tenantid}")
        $0.keyMembers = ["issuer": .string(issuer("{tenantid}"))]
        $0.idToken = { facts in
            claims(facts).and([
                "_claim_names": ["groups": "src1"],
                "_claim_sources": ["src1": ["endpoint": "https://graph.windows.net/x/getMemberObjects"]],
            ])
        }
        $0.routes = [.init(graph) { _, facts throws(TransportError) in page(groups, isKnown: facts != nil) }]
    }

    private static func authority(_ name: String) -> OpenIDShape {
        OpenIDShape(issuer: issuer(tenant), base: "\(login)/\(name)/oauth2/v2.0", clientID: clientID).with {
            $0.discoveryURL = issuer(name) + "/.well-known/openid-configuration"
            $0.jwksURI = "\(login)/\(name)/discovery/v2.0/keys"
            $0.userInfoEndpoint = "https://graph.microsoft.com/oidc/userinfo"
            $0.revocationEndpoint = nil
            $0.authentication = .post
            $0.otherGrants = { _ throws(TransportError) in .json(ScriptedDirectory.applicationToken) }
            // sub is another for each application.
            $0.subject = { "pairwise-\($0.subject.suffix(12))" }
            $0.document = [
                "code_challenge_methods_supported": .null,
                "response_modes_supported": ["query", "fragment", "form_post"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_post", "private_key_jwt", "client_secret_basic",
                ],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
            ]
        }
    }

    private static func claims(_ facts: TokenFacts) -> Claims {
        [
            "ver": "2.0", "tid": .string(tenant), "oid": .string(facts.person.subject),
            "preferred_username": .string(facts.person.email), "name": .string(facts.person.name),
            "email": .string(facts.person.email), "xms_edov": true, "sid": .string(facts.sessionID), "aio": "A1",
            "uti": "u1",
            "nbf": .time(facts.now),
        ]
    }

    static func page(_ ids: [String], isKnown: Bool = true, next: String? = nil) -> OutboundResponse {
        guard isKnown else { return .json(["error": ["code": "InvalidAuthenticationToken"]], status: .unauthorized) }
        var page: Claims = ["value": .array(ids.map { ["id": .string($0), "securityEnabled": true] })]
        page["@odata.nextLink"] = next.map { .string($0) }
        return .json(page)
    }
}
