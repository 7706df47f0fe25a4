import AzureB2CProvider
import Broker
import ConformanceKit

extension ProviderUnderTest {
    /// Kind `azure-b2c`: one policy of a tenant.
    static let azureB2C = ProviderUnderTest(
        "azure-b2c", AzureB2CProvider.self, .openIDConnect,
        settings: [
            "tenant": "contoso", "tenantID": .string(B2C.tenantID), "policies": ["B2C_1_signin"],
            "clientID": .string(B2C.clientID), "clientSecret": "env:B2C", "offlineAccess": true,
        ],
        abilities: KitAbility.openIDVendor,
        expected: ExpectedIdentity(
            subject: KitPerson.alice.subject, issuer: B2C.issuer, tenant: B2C.tenantID, email: "alice@acme.example",
            evidence: Email.Evidence.none, completeness: .unsupported, name: "Alice")
    ) { try ScriptedOpenIDProvider($0, B2C.shape) }
    .with {
        $0.refreshes = true
        $0.faultsNotApplicable = Shared.faultsOfUserInfo
        $0.faultVerdicts = Shared.emailVerifiedIsNotRead(.none)
        $0.faultVerdicts["email-in-userinfo"] = .identity(ExpectedIdentity(hasNoEmail: true))
        $0.cases = policyCases + addressCases
    }

    private static func b2c(
        _ name: String, number: Int? = nil, _ clause: String, fix: String,
        settings: @escaping @Sendable (inout Claims) -> Void = { _ in }, shape: OpenIDShape = B2C.shape,
        verdict: Verdict, _ change: (@Sendable (inout Claims, TokenFacts) -> Void)? = nil
    ) -> VendorCase {
        VendorCase(
            name, number: number, clause: clause, fix: fix, settings: settings,
            upstream: { try ScriptedOpenIDProvider($0, shape, change.map { [.claims($0)] } ?? []) }, verdict: verdict)
    }

    private static let policy = "Azure AD B2C, token claims: tfp, acr"
    private static let policyFix = "the policy of a verified token must be one of policies"

    private static let policyCases = [
        b2c(
            "a token of another policy of the tenant", number: 18, policy, fix: policyFix,
            verdict: .refused(.issuerMismatch)
        ) { claims, _ in claims["tfp"] = "B2C_1_anybody" },
        b2c("a token of no policy", number: 18, policy, fix: policyFix, verdict: .refused(.issuerMismatch)) {
            claims, _ in
            claims["tfp"] = nil
        },
        b2c("the policy in another case", policy, fix: policyFix, verdict: .accepted) { claims, _ in
            claims["tfp"] = "b2c_1_SIGNIN"
        },
        b2c("the policy in the older acr", policy, fix: policyFix, verdict: .accepted) { claims, _ in
            claims["tfp"] = nil
            claims["acr"] = "b2c_1_signin"
        },
        b2c("tfp of another policy beside an acr of ours", policy, fix: policyFix, verdict: .refused(.issuerMismatch)) {
            claims, _ in
            claims["tfp"] = "B2C_1_anybody"
            claims["acr"] = "B2C_1_signin"
        },
        b2c("a tid of another tenant", policy, fix: "tid must be the tenant", verdict: .refused(.issuerMismatch)) {
            claims, _ in claims["tid"] = "ffffffff-0000-4000-8000-00000000000f"
        },
        b2c(
            "the issuer with tfp and policy", "Azure AD B2C, token compatibility: issuer",
            fix: "issuerForm is the issuer",
            settings: { $0["issuerForm"] = "tfp" },
            shape: B2C.shape.with { $0.issuer = "https://contoso.b2clogin.com/tfp/\(B2C.tenantID)/B2C_1_signin/v2.0/" },
            verdict: .identity(
                ExpectedIdentity(issuer: "https://contoso.b2clogin.com/tfp/\(B2C.tenantID)/B2C_1_signin/v2.0/"))),
    ]

    private static let emails = "Azure AD B2C, token claims: emails"

    private static let addressCases = [
        b2c(
            "an address where the policies verify it", emails, fix: "emailVerifiedByPolicy decides",
            settings: { $0["emailVerifiedByPolicy"] = true },
            verdict: .identity(ExpectedIdentity(email: "alice@acme.example", evidence: .idpVerified))),
        b2c(
            "several addresses", emails, fix: "take none of several",
            verdict: .identity(ExpectedIdentity(hasNoEmail: true))
        ) { claims, _ in claims["emails"] = ["alice@acme.example", "victim@acme.example"] },
        b2c(
            "an address that claims to be verified", emails, fix: "email_verified does not count",
            verdict: .identity(
                ExpectedIdentity(evidence: Email.Evidence.none))
        ) { claims, _ in claims["email_verified"] = true },
        b2c(
            "a sentence in the place of the subject", "Azure AD B2C, token claims: sub",
            fix: "refuse \"Not supported currently. Use oid claim.\"", verdict: .refused(.subjectInvalid)
        ) { claims, _ in claims["sub"] = "Not supported currently. Use oid claim." },
    ]
}

/// What Azure AD B2C emits.
private enum B2C {
    static let tenantID = "aaaaaaaa-0000-4000-8000-000000000001"
    static let clientID = "cccccccc-0000-4000-8000-00000000000c"
    static let issuer = "https://contoso.b2clogin.com/\(tenantID)/v2.0/"
    private static let policy = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signin"

    static let shape = OpenIDShape(issuer: issuer, base: policy + "/oauth2/v2.0", clientID: clientID).with {
        $0.discoveryURL = policy + "/v2.0/.well-known/openid-configuration"
        $0.jwksURI = policy + "/discovery/v2.0/keys"
        $0.userInfoEndpoint = nil
        $0.revocationEndpoint = nil
        $0.authentication = .post
        $0.document = [
            "code_challenge_methods_supported": .null, "response_modes_supported": ["query", "fragment", "form_post"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "scopes_supported": ["openid"],
        ]
        $0.idToken = { facts in
            [
                "ver": "1.0", "tfp": "B2C_1_signin", "auth_time": .time(facts.now), "nbf": .time(facts.now),
                "name": .string(facts.person.name), "emails": [.string(facts.person.email)],
            ]
        }
    }
}
