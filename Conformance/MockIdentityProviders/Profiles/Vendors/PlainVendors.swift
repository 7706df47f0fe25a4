// SPDX-License-Identifier: Apache-2.0

import JOSE

// Vendors for which the generic kind is enough. What they do differently is here in claims and documents.

extension OPProfile {
    /// Auth0: the issuer ends in a slash, roles are in a claim with a namespace, logout is in the document by choice.
    package static let auth0: OPProfile = {
        let issuer = "https://acme.eu.auth0.com/"
        let namespace = "https://vestibule.example/roles"
        let document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string("\(issuer)authorize"),
            "token_endpoint": .string("\(issuer)oauth/token"),
            "device_authorization_endpoint": .string("\(issuer)oauth/device/code"),
            "userinfo_endpoint": .string("\(issuer)userinfo"),
            "mfa_challenge_endpoint": .string("\(issuer)mfa/challenge"),
            "jwks_uri": .string("\(issuer).well-known/jwks.json"),
            "registration_endpoint": .string("\(issuer)oidc/register"),
            "revocation_endpoint": .string("\(issuer)oauth/revoke"),
            "scopes_supported": .words(
                "openid profile offline_access name given_name family_name nickname email email_verified picture "
                    + "created_at identities phone address"),
            "response_types_supported": [
                "code", "token", "id_token", "code token", "code id_token", "token id_token", "code token id_token",
            ],
            "code_challenge_methods_supported": .words("S256 plain"),
            "response_modes_supported": .words("query fragment form_post"), "subject_types_supported": ["public"],
            "token_endpoint_auth_methods_supported": .words(
                "client_secret_basic client_secret_post private_key_jwt none"),
            "claims_supported": .words(
                "aud auth_time created_at email email_verified exp family_name given_name iat identities iss name "
                    + "nickname phone_number picture sub"),
            "request_uri_parameter_supported": false, "request_parameter_supported": true,
            "id_token_signing_alg_values_supported": .words("HS256 RS256 PS256"),
            "end_session_endpoint": .string("\(issuer)oidc/logout"), "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
        ]
        var profile = plain(
            "auth0", title: "Auth0", issuer: issuer, document: document,
            sub: { "auth0|\(VendorID.guid($0).replacing("-", with: "").prefix(24))" },
            further: ["claims": .object(["groups": .string(namespace)])]
        ) { login in
            [
                (namespace, login.groups), ("sid", .string(login.sid)), ("nickname", .string(login.user.userName)),
                ("updated_at", "2026-01-01T00:00:00.000Z"), ("email", login.user.mail),
                ("email_verified", login.user.emailVerified.map { .bool($0) }),
            ]
        }
        profile.keyStyle = OPKeyStyle(keyID: .short, hasCertificate: true)
        profile.refresh = OPRefresh(when: .offlineScope, replaces: true)
        profile.errors = described([
            "invalid_grant": "Invalid authorization code", "invalid_client": "Unauthorized",
        ])
        return profile
    }()

    /// OneLogin: `groups` by scope, no `email_verified`, no logout in the document.
    package static let oneLogin: OPProfile = {
        let issuer = "https://acme.onelogin.com/oidc/2"
        let methods: JSONValue = .words("client_secret_basic client_secret_post none")
        let document: JSONObject = [
            "acr_values_supported": ["onelogin:nist:level:1:re-auth"],
            "authorization_endpoint": .string("\(issuer)/auth"), "claims_parameter_supported": true,
            "claims_supported": .words(
                "acr auth_time company custom_fields department email family_name given_name groups iss locale_code "
                    + "name phone_number preferred_username sub title updated_at"),
            "grant_types_supported": .words("authorization_code implicit refresh_token password"),
            "id_token_signing_alg_values_supported": ["RS256"], "issuer": .string(issuer),
            "jwks_uri": .string("\(issuer)/certs"), "request_parameter_supported": false,
            "request_uri_parameter_supported": false, "response_modes_supported": .words("form_post fragment query"),
            "response_types_supported": ["code", "id_token token", "id_token"],
            "scopes_supported": .words("openid name profile groups email phone"),
            "subject_types_supported": ["public"], "token_endpoint": .string("\(issuer)/token"),
            "token_endpoint_auth_methods_supported": methods, "userinfo_endpoint": .string("\(issuer)/me"),
            "userinfo_signing_alg_values_supported": [], "code_challenge_methods_supported": ["S256"],
            "introspection_endpoint": .string("\(issuer)/token/introspection"),
            "introspection_endpoint_auth_methods_supported": methods,
            "revocation_endpoint": .string("\(issuer)/token/revocation"),
            "revocation_endpoint_auth_methods_supported": methods, "claim_types_supported": ["normal"],
        ]
        var profile = plain(
            "onelogin", title: "OneLogin", issuer: issuer, document: document, sub: { VendorID.digits($0, 8) },
            further: [
                "scopes": .array(["openid", "profile", "email", "groups"]), "emailEvidence": "tenantOwnsDomain",
                "claims": .object(["groups": "groups"]),
            ]
        ) { login in
            [
                ("email", login.user.mail), ("groups", login.scopes.contains("groups") ? login.groups : nil),
                ("params", [:]), ("sid", .string(VendorID.guid(login.sid))),
            ]
        }
        profile.keyStyle = OPKeyStyle(published: 1, namesAlgorithm: false)
        profile.errors = described(["invalid_grant": "grant request is invalid"])
        return profile
    }()

    /// JumpCloud: one issuer for every customer, so that `aud` alone tells them apart; opaque access tokens.
    package static let jumpCloud: OPProfile = {
        let issuer = "https://oauth.id.jumpcloud.com/"
        let document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string("\(issuer)oauth2/auth"),
            "token_endpoint": .string("\(issuer)oauth2/token"), "jwks_uri": .string("\(issuer).well-known/jwks.json"),
            "subject_types_supported": ["public"],
            "response_types_supported": [
                "code", "code id_token", "id_token", "token id_token", "token", "token id_token code",
            ],
            "claims_supported": ["sub"],
            "grant_types_supported": .words("authorization_code implicit client_credentials refresh_token"),
            "response_modes_supported": .words("query fragment"), "userinfo_endpoint": .string("\(issuer)userinfo"),
            "scopes_supported": .words("offline_access offline openid"),
            "token_endpoint_auth_methods_supported": .words(
                "client_secret_post client_secret_basic private_key_jwt none"),
            "userinfo_signing_alg_values_supported": .words("none RS256"),
            "id_token_signing_alg_values_supported": ["RS256"], "request_parameter_supported": true,
            "request_uri_parameter_supported": true, "require_request_uri_registration": true,
            "claims_parameter_supported": false, "revocation_endpoint": .string("\(issuer)oauth2/revoke"),
            "backchannel_logout_supported": true, "backchannel_logout_session_supported": true,
            "frontchannel_logout_supported": true, "frontchannel_logout_session_supported": true,
            "end_session_endpoint": .string("\(issuer)oauth2/sessions/logout"),
            "request_object_signing_alg_values_supported": .words("RS256 none"),
            "code_challenge_methods_supported": .words("plain S256"),
        ]
        var profile = plain(
            "jumpcloud", title: "JumpCloud", issuer: issuer, document: document,
            sub: { String(VendorID.guid($0).replacing("-", with: "").prefix(24)) },
            further: ["claims": .object(["groups": "groups"])]
        ) { login in
            [
                ("email", login.user.mail), ("email_verified", login.user.emailVerified.map { .bool($0) }),
                ("groups", login.groups), ("rat", .integer(login.now)), ("auth_time", .integer(login.authTime)),
                ("sid", .string(VendorID.guid(login.sid))), ("jti", .string(VendorID.guid(login.jti))),
            ]
        }
        profile.keyStyle = OPKeyStyle(keyID: .uuid)
        profile.refresh = OPRefresh(when: .offlineScope, replaces: true)
        profile.errors = described([
            "invalid_grant": "The provided authorization grant is invalid, expired or revoked.",
            "invalid_client": "Client authentication failed.",
        ])
        return profile
    }()

    /// PingOne: an issuer for each environment.
    package static let pingOne: OPProfile = {
        let environment = VendorID.guid("the environment of Acme")
        let issuer = "https://auth.pingone.eu/\(environment)/as"
        let document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string("\(issuer)/authorize"),
            "pushed_authorization_request_endpoint": .string("\(issuer)/par"),
            "token_endpoint": .string("\(issuer)/token"), "userinfo_endpoint": .string("\(issuer)/userinfo"),
            "jwks_uri": .string("\(issuer)/jwks"), "end_session_endpoint": .string("\(issuer)/signoff"),
            "introspection_endpoint": .string("\(issuer)/introspect"),
            "revocation_endpoint": .string("\(issuer)/revoke"),
            "device_authorization_endpoint": .string("\(issuer)/device_authorization"),
            "claims_parameter_supported": false, "request_parameter_supported": true,
            "request_uri_parameter_supported": false, "require_pushed_authorization_requests": false,
            "scopes_supported": .words("openid profile email address phone"),
            "response_types_supported": [
                "code", "id_token", "token id_token", "code id_token", "code token", "code token id_token",
            ],
            "response_modes_supported": .words("pi.flow query fragment form_post"),
            "grant_types_supported": .words(
                "authorization_code implicit client_credentials refresh_token "
                    + "urn:ietf:params:oauth:grant-type:device_code"),
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
            "userinfo_signing_alg_values_supported": ["none"],
            "token_endpoint_auth_methods_supported": .words(
                "client_secret_basic client_secret_post client_secret_jwt private_key_jwt none"),
            "claim_types_supported": ["normal"],
            "claims_supported": .words(
                "sub iss auth_time acr name given_name family_name middle_name preferred_username profile picture "
                    + "zoneinfo phone_number updated_at address email locale"),
            "code_challenge_methods_supported": .words("plain S256"),
        ]
        var profile = plain(
            "pingone", title: "PingOne", issuer: issuer, document: document, sub: { VendorID.guid($0) },
            further: ["emailEvidence": "tenantOwnsDomain", "claims": .object(["groups": "groups"])]
        ) { login in
            [
                ("acr", "Single_Factor"), ("amr", ["pwd"]), ("auth_time", .integer(login.authTime)),
                ("email", login.user.mail), ("groups", login.groups), ("env", .string(environment)),
                ("org", .string(VendorID.guid("Acme at PingOne"))), ("sid", .string(VendorID.guid(login.sid))),
                ("p1.region", "EU"),
            ]
        }
        profile.keyStyle = OPKeyStyle(keyID: .uuid, namesAlgorithm: false, hasCertificate: true, header: [:])
        profile.refresh = OPRefresh(when: .always, replaces: true)
        return profile
    }()

    /// What the generic vendors share: the standard's claims, and what each adds.
    static func plain(
        _ name: String, title: String, issuer: String, document: JSONObject, sub: (String) -> String,
        further settings: JSONObject = [:],
        claims: @escaping @Sendable (IssuedLogin) -> [(String, JSONValue?)]
    ) -> OPProfile {
        let domain = "\(name).example"
        let clientID = VendorID.guid("vestibule at \(name)")
        let discovery =
            (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
        let standard: JSONObject = [
            "issuer": .string(issuer), "clientID": .string(clientID),
            "clientSecret": .string("env:MOCK_\(name.uppercased())_SECRET"),
        ]
        let person: @Sendable (IssuedLogin) -> [(String, JSONValue?)] = { login in
            let granted = claims(login).filter { name, _ in
                login.scopes.contains("email") || !["email", "email_verified"].contains(name)
            }
            let profile: [(String, JSONValue?)] = [
                ("name", .string(login.user.name)), ("given_name", .string(login.user.givenName)),
                ("family_name", .string(login.user.familyName)), ("preferred_username", .string(login.user.userName)),
            ]
            return granted + (login.scopes.contains("profile") ? profile : [])
        }
        var profile = OPProfile(
            name: name, kind: "oidc", title: title, emailDomain: domain, issuer: issuer,
            settings: standard.with(settings.map { ($0.key, $0.value) }), people: OPUser.people(at: domain, sub: sub),
            clientID: clientID, routes: OPRoute.all(document, at: discovery),
            idToken: { login in
                login.claims(issuer).with([("nonce", .text(login.nonce)), ("at_hash", login.atHash)]).with(
                    person(login))
            },
            userInfo: { login in JSONObject([("sub", .string(login.user.sub))]).with(person(login)) })
        profile.tokenAnswer = { answer, login in answer["scope"] = login.scopeText }
        return profile
    }

    /// Errors with a description for each code.
    static func described(_ texts: [String: String]) -> OPErrorStyle {
        OPErrorStyle(token: { code in
            APIAnswer(
                code == "invalid_client" ? 401 : 400,
                JSONObject([("error", .string(code))]).with([("error_description", .text(texts[code]))]))
        })
    }
}
