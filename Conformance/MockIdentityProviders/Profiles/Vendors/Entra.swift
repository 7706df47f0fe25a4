// SPDX-License-Identifier: Apache-2.0

import JOSE

extension OPProfile {
    /// Microsoft Entra ID: two tenants, `common` and `organizations` with the literal `{tenantid}`, and Graph.
    package static let entra: OPProfile = {
        let domain = "entra.example"
        var people = OPUser.people(at: domain) { Entra.subject($0) }
        // Somebody of the other tenant of the same organization.
        var eve = OPUser.person("Eve Evans", at: domain, sub: Entra.subject("\(domain)/Eve Evans"), groups: ["staff"])
        eve.extra = ["tid": .string(Entra.secondTenant)]
        people.append(eve)
        var profile = OPProfile(
            name: "entra", kind: "entra", title: "Microsoft Entra ID", emailDomain: domain,
            issuer: Entra.issuer(Entra.tenant),
            settings: [
                "tenants": .array([.string(Entra.tenant)]), "clientID": .string(Entra.clientID),
                "clientSecret": "env:MOCK_ENTRA_SECRET", "graphGroups": .bool(true), "offlineAccess": .bool(true),
                "directory": .object(["enabled": true, "groups": true]),
            ], people: people, clientID: Entra.clientID,
            routes: ["common", "organizations", Entra.tenant, Entra.secondTenant].flatMap(Entra.routes)
                + [OPRoute("https://graph.microsoft.com/v1.0/*", .api)],
            idToken: Entra.idToken, userInfo: Entra.userInfo)
        profile.keyStyle = OPKeyStyle(
            keyID: .fingerprint, namesAlgorithm: false, hasCertificate: true,
            further: [
                "cloud_instance_name": "microsoftonline.com",
                "issuer": .string("https://login.microsoftonline.com/{tenantid}/v2.0"),
            ])
        profile.accessToken = Entra.accessToken
        profile.refresh = OPRefresh(when: .offlineScope, replaces: true)
        profile.callback = { [Parameter("session_state", VendorID.guid($0.sid))] }
        profile.errors = OPErrorStyle(token: Entra.tokenError)
        profile.tokenAnswer = { answer, login in
            answer["scope"] = login.scopeText
            answer["ext_expires_in"] = 3600
        }
        profile.api = { Graph(visit: $0).answer() }
        return profile
    }()
}

/// What Entra ID says at sign-in.
enum Entra {
    static let tenant = VendorID.guid("the tenant of entra.example")
    static let secondTenant = VendorID.guid("another tenant of entra.example")
    static let clientID = VendorID.guid("vestibule at Entra ID")
    private static let host = "https://login.microsoftonline.com"

    static func issuer(_ tenant: String) -> String { "\(host)/\(tenant)/v2.0" }

    /// Pairwise: opaque, and another for each application.
    static func subject(_ seed: String) -> String { Base64URL.encode(Digests.sha256(seed)) }

    static func routes(_ authority: String) -> [OPRoute] {
        OPRoute.all(
            document(authority), at: "\(host)/\(authority)/v2.0/.well-known/openid-configuration", realm: authority)
    }

    private static func document(_ authority: String) -> JSONObject {
        let base = "\(host)/\(authority)"
        let isShared = authority == "common" || authority == "organizations"
        return [
            "token_endpoint": .string("\(base)/oauth2/v2.0/token"),
            "token_endpoint_auth_methods_supported": .words("client_secret_post private_key_jwt client_secret_basic"),
            "jwks_uri": .string("\(base)/discovery/v2.0/keys"),
            "response_modes_supported": .words("query fragment form_post"), "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": .words("openid profile email offline_access"),
            "issuer": .string(issuer(isShared ? "{tenantid}" : authority)), "request_uri_parameter_supported": false,
            "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
            "authorization_endpoint": .string("\(base)/oauth2/v2.0/authorize"),
            "device_authorization_endpoint": .string("\(base)/oauth2/v2.0/devicecode"),
            "http_logout_supported": true, "frontchannel_logout_supported": true,
            "end_session_endpoint": .string("\(base)/oauth2/v2.0/logout"),
            "claims_supported": .words(
                "sub iss cloud_instance_name cloud_instance_host_name cloud_graph_host_name msgraph_host aud exp iat "
                    + "auth_time acr nonce preferred_username name tid ver at_hash c_hash email"),
            "kerberos_endpoint": .string("\(base)/kerberos"), "tenant_region_scope": isShared ? .null : "EU",
            "cloud_instance_name": "microsoftonline.com", "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com", "rbac_url": "https://pas.windows.net",
        ]
    }

    static func tenant(of user: OPUser) -> String { user.extra.string("tid") ?? tenant }

    static func object(_ user: OPUser) -> String { VendorID.guid("oid/\(user.sub)") }

    static func group(_ name: String) -> String { VendorID.guid("group/\(name)") }

    /// `xms_edov` and `groups` as an application is set up to get them; no `email_verified`, no `auth_time` unasked.
    @Sendable static func idToken(_ login: IssuedLogin) -> JSONObject {
        let tenant = tenant(of: login.user)
        return login.claims(issuer(tenant), lifetime: 3900).with([
            ("nbf", .integer(login.now)), ("nonce", .text(login.nonce)), ("oid", .string(object(login.user))),
            ("tid", .string(tenant)), ("ver", "2.0"), ("rh", .string("0.\(login.jti.prefix(24))")),
            ("sid", .string(VendorID.guid(login.sid))), ("uti", .string(String(login.jti.prefix(22)))),
            ("auth_time", login.wantsAuthTime ? .integer(login.authTime) : nil), ("at_hash", login.atHash),
            ("groups", .array((login.user.groups ?? []).map { .string(group($0)) })),
        ]).with(login.scopes.contains("email"), [("email", login.user.mail), ("xms_edov", true)])
            .with(
                login.scopes.contains("profile"),
                [("name", .string(login.user.name)), ("preferred_username", login.user.mail)])
    }

    /// For Graph, and nobody else's to read.
    @Sendable static func accessToken(_ login: IssuedLogin) -> JSONObject {
        let tenant = tenant(of: login.user)
        return login.claims("https://sts.windows.net/\(tenant)/", lifetime: 3900).with([
            ("aud", "00000003-0000-0000-c000-000000000000"), ("appid", .string(login.clientID)), ("ver", "1.0"),
            ("tid", .string(tenant)), ("oid", .string(object(login.user))), ("scp", login.scopeText),
            ("uti", .string(String(login.jti.prefix(22)))),
        ])
    }

    @Sendable static func userInfo(_ login: IssuedLogin) -> JSONObject {
        JSONObject([("sub", .string(login.user.sub))]).with([
            ("name", .string(login.user.name)), ("given_name", .string(login.user.givenName)),
            ("family_name", .string(login.user.familyName)), ("email", login.user.mail),
            ("picture", "https://graph.microsoft.com/v1.0/me/photo/$value"),
        ])
    }

    @Sendable static func tokenError(_ code: String) -> APIAnswer {
        let texts: [String: (Int64, String)] = [
            "invalid_grant": (70008, "AADSTS70008: The provided authorization code or refresh token has expired."),
            "invalid_client": (7_000_215, "AADSTS7000215: Invalid client secret provided."),
            "invalid_request": (900144, "AADSTS900144: The request body must contain the following parameter."),
        ]
        let (number, text) = texts[code] ?? (70003, "AADSTS70003: The app requested an unsupported grant type.")
        return APIAnswer(
            code == "invalid_client" ? 401 : 400,
            [
                "error": .string(code), "error_description": .string(text), "error_codes": .array([.integer(number)]),
                "timestamp": "2026-01-01 00:00:00Z", "trace_id": .string(VendorID.guid("trace")),
                "correlation_id": .string(VendorID.guid("correlation")),
                "error_uri": .string("https://login.microsoftonline.com/error?code=\(number)"),
            ])
    }
}
