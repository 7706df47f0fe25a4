// SPDX-License-Identifier: Apache-2.0

import JOSE

extension OPProfile {
    /// An Okta org's own authorization server.
    package static let okta = okta("okta", host: "acme.okta.com", server: nil)

    /// A custom authorization server of an Okta org.
    package static let oktaCustom = okta("okta-custom", host: "acme-custom.okta.com", server: "default")

    private static func okta(_ name: String, host: String, server: String?) -> OPProfile {
        let domain = "\(name).example"
        let okta = Okta(host: host, server: server)
        let secret = "env:MOCK_\(name.uppercased().replacing("-", with: "_"))_SECRET"
        var settings: JSONObject = [
            "domain": .string(host), "clientID": "0oa1vestibule2acme3d7", "clientSecret": .string(secret),
            "groups": .object(["claim": "groups"]), "offlineAccess": .bool(true),
        ]
        settings["authorizationServer"] = server.map { .string($0) }
        var profile = OPProfile(
            name: name, kind: "okta", title: "Okta", emailDomain: domain, issuer: okta.issuer, settings: settings,
            people: OPUser.people(at: domain) { "00u\(String(VendorID.guid($0).replacing("-", with: "").prefix(17)))" },
            clientID: "0oa1vestibule2acme3d7",
            routes: OPRoute.all(okta.document, at: "\(okta.issuer)/.well-known/openid-configuration"),
            idToken: { okta.idToken($0) }, userInfo: { okta.userInfo($0) })
        profile.keyStyle = OPKeyStyle(header: [:])
        profile.accessToken = { okta.accessToken($0) }
        profile.refresh = OPRefresh(when: .offlineScope, replaces: false)
        profile.logout = .needsHint
        profile.errors = OPErrorStyle(token: Okta.tokenError)
        profile.tokenAnswer = { answer, login in answer["scope"] = login.scopeText }
        return profile
    }
}

/// What one authorization server of an Okta org says at sign-in.
struct Okta: Sendable {
    let host: String
    /// nil is the org's own.
    let server: String?

    var issuer: String { "https://\(host)" + (server.map { "/oauth2/\($0)" } ?? "") }

    /// Where the endpoints are: those of the org's own server are not below its issuer.
    private var base: String { "https://\(host)/oauth2" + (server.map { "/\($0)" } ?? "") + "/v1" }

    var document: JSONObject {
        let methods: JSONValue = .words(
            "client_secret_basic client_secret_post client_secret_jwt private_key_jwt none")
        return [
            "issuer": .string(issuer), "authorization_endpoint": .string("\(base)/authorize"),
            "token_endpoint": .string("\(base)/token"), "userinfo_endpoint": .string("\(base)/userinfo"),
            "registration_endpoint": .string("https://\(host)/oauth2/v1/clients"), "jwks_uri": .string("\(base)/keys"),
            "response_types_supported": [
                "code", "id_token", "code id_token", "code token", "id_token token", "code id_token token",
            ],
            "response_modes_supported": .words("query fragment form_post okta_post_message"),
            "grant_types_supported": .words(
                "authorization_code implicit refresh_token password urn:ietf:params:oauth:grant-type:device_code "
                    + "urn:openid:params:grant-type:ciba urn:okta:params:oauth:grant-type:otp"),
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": .words(
                "openid email profile address phone offline_access" + (server == nil ? " groups" : " device_sso")),
            "token_endpoint_auth_methods_supported": methods,
            "claims_supported": .words(
                "iss ver sub aud iat exp jti auth_time amr idp nonce name nickname preferred_username given_name "
                    + "middle_name family_name email email_verified profile zoneinfo locale address phone_number "
                    + "picture website gender birthdate updated_at at_hash c_hash"),
            "code_challenge_methods_supported": ["S256"],
            "introspection_endpoint": .string("\(base)/introspect"),
            "introspection_endpoint_auth_methods_supported": methods,
            "revocation_endpoint": .string("\(base)/revoke"), "revocation_endpoint_auth_methods_supported": methods,
            "end_session_endpoint": .string("\(base)/logout"), "request_parameter_supported": true,
            "request_object_signing_alg_values_supported": .words(
                "HS256 HS384 HS512 RS256 RS384 RS512 ES256 ES384 ES512"),
            "device_authorization_endpoint": .string("\(base)/device/authorize"),
            "pushed_authorization_request_endpoint": .string("\(base)/par"),
            "backchannel_token_delivery_modes_supported": ["poll"],
        ]
    }

    func idToken(_ login: IssuedLogin) -> JSONObject {
        login.claims(issuer).with([
            ("ver", 1), ("jti", .string("ID.\(login.jti)")), ("amr", ["pwd"]), ("idp", "00o1acme"),
            ("nonce", .text(login.nonce)), ("auth_time", .integer(login.authTime)), ("at_hash", login.atHash),
            ("sid", .string(login.sid)),
        ]).with(person(login)).with(hasGroups(login), [("groups", login.groups)])
    }

    /// The org's own server asks for a scope; a custom one has the claim by configuration.
    private func hasGroups(_ login: IssuedLogin) -> Bool { server != nil || login.scopes.contains("groups") }

    func accessToken(_ login: IssuedLogin) -> JSONObject {
        JSONObject([
            ("ver", 1), ("jti", .string("AT.\(login.jti)")), ("iss", .string(issuer)),
            ("aud", .string(server == nil ? issuer : "api://default")), ("sub", login.user.mail ?? ""),
            ("iat", .integer(login.now)), ("exp", .integer(login.now + 3600)), ("cid", .string(login.clientID)),
            ("uid", .string(login.user.sub)), ("scp", .array(login.scopes.sorted().map { .string($0) })),
            ("auth_time", .integer(login.authTime)),
        ])
    }

    func userInfo(_ login: IssuedLogin) -> JSONObject {
        JSONObject([("sub", .string(login.user.sub))]).with(person(login))
            .with(hasGroups(login), [("groups", login.groups)])
    }

    private func person(_ login: IssuedLogin) -> [(String, JSONValue?)] {
        let user = login.user
        let email: [(String, JSONValue?)] = [
            ("email", user.mail), ("email_verified", user.emailVerified.map { .bool($0) }),
        ]
        let profile: [(String, JSONValue?)] = [("name", .string(user.name)), ("preferred_username", user.mail)]
        return (login.scopes.contains("email") ? email : []) + (login.scopes.contains("profile") ? profile : [])
    }

    @Sendable static func tokenError(_ code: String) -> APIAnswer {
        let texts = [
            "invalid_grant": "The authorization code is invalid or has expired.",
            "invalid_client": "The client secret supplied for a confidential client is invalid.",
        ]
        return APIAnswer(
            code == "invalid_client" ? 401 : 400,
            [
                "error": .string(code),
                "error_description": .string(texts[code] ?? "The request was missing a required parameter."),
            ])
    }
}
