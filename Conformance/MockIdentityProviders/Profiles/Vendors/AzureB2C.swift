// SPDX-License-Identifier: Apache-2.0

import JOSE

extension OPProfile {
    /// Azure AD B2C with the issuer that most tenants have: without the policy.
    package static let azureB2C = azureB2C("azure-b2c", tenant: "acmeb2c", hasPolicyInIssuer: false)

    /// Azure AD B2C with the policy in the issuer, as OpenID Connect Discovery wants it.
    package static let azureB2CPolicyIssuer = azureB2C("azure-b2c-tfp", tenant: "acmetfp", hasPolicyInIssuer: true)

    private static func azureB2C(_ name: String, tenant: String, hasPolicyInIssuer: Bool) -> OPProfile {
        let domain = "\(name).example"
        let b2c = AzureB2C(tenant: tenant, hasPolicyInIssuer: hasPolicyInIssuer)
        let secret = "env:MOCK_\(name.uppercased().replacing("-", with: "_"))_SECRET"
        var settings: JSONObject = [
            "tenant": .string(tenant), "tenantID": .string(b2c.tenantID),
            "policies": .array([.string(AzureB2C.policies[0])]), "clientID": .string(b2c.clientID),
            "clientSecret": .string(secret), "emailVerifiedByPolicy": .bool(true), "offlineAccess": .bool(true),
        ]
        if hasPolicyInIssuer { settings["issuerForm"] = "tfp" }
        var profile = OPProfile(
            name: name, kind: "azure-b2c", title: "Azure AD B2C", emailDomain: domain,
            issuer: b2c.issuer(AzureB2C.policies[0]), settings: settings,
            people: OPUser.people(at: domain) { VendorID.guid($0) }, clientID: b2c.clientID,
            routes: AzureB2C.policies.flatMap { policy in
                OPRoute.all(
                    b2c.document(policy), at: "\(b2c.base(policy))/v2.0/.well-known/openid-configuration", realm: policy
                )
            }, idToken: { b2c.idToken($0) })
        profile.keyStyle = OPKeyStyle(
            published: 1, namesAlgorithm: false, further: ["nbf": 1_493_763_266])
        profile.refresh = OPRefresh(when: .offlineScope, replaces: true)
        profile.accessToken = { b2c.accessToken($0) }
        profile.errors = OPErrorStyle(token: AzureB2C.tokenError)
        profile.tokenAnswer = { answer, login in
            answer["not_before"] = .integer(login.now)
            answer["expires_on"] = .integer(login.now + 3600)
            answer["id_token_expires_in"] = 3600
            answer["profile_info"] = .string(Base64URL.encode(Array(#"{"ver":"1.0"}"#.utf8)))
            answer["scope"] = login.scopeText
            if answer.contains("refresh_token") { answer["refresh_token_expires_in"] = 1_209_600 }
        }
        return profile
    }
}

/// What one B2C tenant says at sign-in, policy by policy.
struct AzureB2C: Sendable {
    static let policies = ["B2C_1_signin", "B2C_1_password_reset"]

    let tenant: String
    let hasPolicyInIssuer: Bool

    var tenantID: String { VendorID.guid("the tenant \(tenant)") }
    var clientID: String { VendorID.guid("vestibule at \(tenant)") }
    private var host: String { "https://\(tenant).b2clogin.com" }

    /// Where a policy's addresses are; its documents name the tenant in lower case and the policy too.
    func base(_ policy: String) -> String { "\(host)/\(tenant).onmicrosoft.com/\(policy)" }

    func issuer(_ policy: String) -> String {
        hasPolicyInIssuer ? "\(host)/tfp/\(tenantID)/\(policy)/v2.0/" : "\(host)/\(tenantID)/v2.0/"
    }

    func document(_ policy: String) -> JSONObject {
        [
            "issuer": .string(issuer(policy)),
            "authorization_endpoint": .string("\(base(policy))/oauth2/v2.0/authorize"),
            "token_endpoint": .string("\(base(policy))/oauth2/v2.0/token"),
            "end_session_endpoint": .string("\(base(policy))/oauth2/v2.0/logout"),
            "jwks_uri": .string("\(base(policy))/discovery/v2.0/keys"),
            "response_modes_supported": .words("query fragment form_post"),
            "response_types_supported": [
                "code", "code id_token", "code token", "code id_token token", "id_token", "id_token token", "token",
                "token id_token",
            ],
            "scopes_supported": ["openid"], "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": .words("client_secret_post client_secret_basic"),
            "claims_supported": .words("name emails idp sub tfp iss iat exp aud acr nonce auth_time"),
        ]
    }

    /// The address is a list, and nothing says that it was verified.
    func idToken(_ login: IssuedLogin) -> JSONObject {
        login.claims(issuer(login.realm)).with([
            ("ver", "1.0"), ("nbf", .integer(login.now)), ("nonce", .text(login.nonce)),
            ("auth_time", .integer(login.authTime)), ("name", .string(login.user.name)),
            ("given_name", .string(login.user.givenName)), ("family_name", .string(login.user.familyName)),
            ("emails", login.user.mail.map { .array([$0]) }), ("tfp", .string(login.realm)), ("at_hash", login.atHash),
        ])
    }

    func accessToken(_ login: IssuedLogin) -> JSONObject {
        idToken(login).with([("azp", .string(login.clientID)), ("scp", "read"), ("at_hash", .null)])
    }

    @Sendable static func tokenError(_ code: String) -> APIAnswer {
        let texts = [
            "invalid_grant": "AADB2C90080: The provided grant has expired. Please re-authenticate and try again.",
            "invalid_client":
                "AADB2C90081: The specified client_secret does not match the expected value for this client.",
        ]
        return APIAnswer(
            400,
            [
                "error": .string(code),
                "error_description": .string(texts[code] ?? "AADB2C90083: The request is missing required parameter."),
            ])
    }
}
