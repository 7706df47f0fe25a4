// SPDX-License-Identifier: Apache-2.0

import JOSE

extension OPProfile {
    /// AD FS: UserInfo says `sub` alone, access tokens have another issuer, claims come with `form_post`.
    package static let adfs: OPProfile = {
        let base = "https://adfs.acme.example/adfs"
        let document: JSONObject = [
            "issuer": .string(base), "authorization_endpoint": .string("\(base)/oauth2/authorize/"),
            "token_endpoint": .string("\(base)/oauth2/token/"), "jwks_uri": .string("\(base)/discovery/keys"),
            "token_endpoint_auth_methods_supported": .words(
                "client_secret_post client_secret_basic private_key_jwt windows_client_authentication"),
            "response_types_supported": [
                "code", "id_token", "code id_token", "id_token token", "code token", "code id_token token",
            ],
            "response_modes_supported": .words("query fragment form_post"),
            "grant_types_supported": .words(
                "authorization_code refresh_token client_credentials urn:ietf:params:oauth:grant-type:jwt-bearer "
                    + "implicit password srv_challenge urn:ietf:params:oauth:grant-type:device_code device_code"),
            "subject_types_supported": ["pairwise"],
            "scopes_supported": .words(
                "vpn_cert allatclaims profile openid email logon_cert winhello_cert aza user_impersonation"),
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "access_token_issuer": "http://adfs.acme.example/adfs/services/trust",
            "claims_supported": .words(
                "aud iss iat exp auth_time nonce at_hash c_hash sub upn unique_name pwd_url pwd_exp mfa_auth_time sid "
                    + "nbf"),
            "microsoft_multi_refresh_token": true, "userinfo_endpoint": .string("\(base)/userinfo"),
            "capabilities": .words("kdf_ver2"), "end_session_endpoint": .string("\(base)/oauth2/logout"),
            "as_access_token_token_binding_supported": true, "as_refresh_token_token_binding_supported": true,
            "resource_access_token_token_binding_supported": true, "op_id_token_token_binding_supported": true,
            "rp_id_token_token_binding_supported": true, "frontchannel_logout_supported": true,
            "frontchannel_logout_session_supported": true,
        ]
        var profile = plain(
            "adfs", title: "AD FS", issuer: base, document: document, sub: { Base64URL.encode(Digests.sha256($0)) },
            further: [
                "scopes": .array(["openid", "profile", "email", "allatclaims"]), "responseMode": "form_post",
                "emailEvidence": "tenantOwnsDomain", "claims": .object(["groups": "group", "name": "unique_name"]),
                "tokenEndpointAuthMethod": "client_secret_post",
            ]
        ) { _ in [] }
        profile.idToken = { login in
            // Claims of rules come with the scope, and where the answer is posted.
            let hasRules = login.scopes.contains("allatclaims")
            return login.claims(base).with([
                ("auth_time", .integer(login.authTime)), ("nonce", .text(login.nonce)), ("at_hash", login.atHash),
                ("sid", .string("S-1-5-21-\(VendorID.digits(login.user.sub, 9))")), ("upn", login.user.mail),
                ("unique_name", .string("ACME\\\(login.user.userName)")), ("apptype", "Confidential"),
                ("appid", .string(login.clientID)), ("ver", "1.0"), ("scp", login.scopeText),
            ]).with(
                hasRules,
                [
                    ("email", login.user.mail), ("given_name", .string(login.user.givenName)),
                    ("family_name", .string(login.user.familyName)), ("group", login.groups),
                ])
        }
        profile.userInfo = { login in ["sub": .string(login.user.sub)] }
        profile.accessToken = { login in
            login.claims("http://adfs.acme.example/adfs/services/trust").with([
                ("aud", "urn:microsoft:userinfo"), ("scp", login.scopeText), ("appid", .string(login.clientID)),
                ("authmethod", "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"), ("ver", "1.0"),
            ])
        }
        profile.keyStyle = OPKeyStyle(keyID: .fingerprint, hasCertificate: true)
        profile.refresh = OPRefresh(when: .always, replaces: false)
        profile.tokenAnswer = { answer, login in
            answer["resource"] = "urn:microsoft:userinfo"
            answer["refresh_token_expires_in"] = 28799
            answer["scope"] = login.scopeText
        }
        profile.errors = described([
            "invalid_grant": "MSIS9612: The authorization code received in 'code' parameter is invalid.",
            "invalid_client": "MSIS9623: Received invalid Client credentials.",
        ])
        return profile
    }()
}
