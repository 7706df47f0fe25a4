// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE

extension OPProfile {
    /// Google Workspace: `hd`, no groups in any token, Directory and Cloud Identity APIs for a service account.
    package static let google: OPProfile = {
        let domain = "google.example"
        var profile = OPProfile(
            name: "google", kind: "google", title: "Google", emailDomain: domain, issuer: Google.issuer,
            settings: [
                "clientID": .string(Google.clientID), "clientSecret": "env:MOCK_GOOGLE_SECRET",
                "hostedDomains": .array([.string(domain)]), "offlineAccess": .bool(true),
                "directory": .object([
                    "serviceAccount": "env:MOCK_GOOGLE_KEY_FILE", "subject": .string("admin@\(domain)"),
                ]),
                "groups": .object([
                    "serviceAccount": "env:MOCK_GOOGLE_KEY_FILE", "subject": .string("admin@\(domain)"),
                ]),
            ],
            people: OPUser.people(at: domain) { VendorID.digits($0, 21) }, clientID: Google.clientID,
            routes: OPRoute.all(Google.document, at: "\(Google.issuer)/.well-known/openid-configuration") + [
                OPRoute("https://admin.googleapis.com/admin/directory/v1/*", .api),
                OPRoute("https://cloudidentity.googleapis.com/v1/*", .api),
            ], idToken: Google.idToken, userInfo: Google.userInfo)
        profile.keyStyle = OPKeyStyle(keyID: .hex)
        profile.sendsIssuer = true
        profile.refresh = OPRefresh(when: .offlineAccessType, replaces: false)
        profile.errors = OPErrorStyle(token: Google.tokenError, userInfo: Google.userInfoError)
        profile.callback = { login in
            [
                Parameter("scope", login.scopes.sorted().joined(separator: " ")), Parameter("authuser", "0"),
                Parameter("hd", domain), Parameter("prompt", "none"),
            ]
        }
        profile.tokenAnswer = { answer, login in
            answer["expires_in"] = 3599
            answer["scope"] = .string(
                login.scopes.sorted().map { ["email", "profile"].contains($0) ? Google.scope($0) : $0 }
                    .joined(separator: " "))
        }
        profile.serviceAccount = ServiceAccountStyle(
            email: "vestibule@acme-sso.iam.gserviceaccount.com", audience: "https://oauth2.googleapis.com/token",
            scopes: [
                "admin.directory.group.readonly", "admin.directory.user.readonly", "cloud-identity.groups.readonly",
            ].reduce(into: []) { $0.insert("https://www.googleapis.com/auth/\($1)") }, administrator: "admin@\(domain)")
        profile.api = { GoogleDirectory(visit: $0).answer() }
        return profile
    }()
}

/// What Google says at sign-in.
enum Google {
    static let issuer = "https://accounts.google.com"
    static let clientID = "407408718192-vestibule.apps.googleusercontent.com"

    static let document: JSONObject = [
        "issuer": .string(issuer), "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
        "device_authorization_endpoint": "https://oauth2.googleapis.com/device/code",
        "token_endpoint": "https://oauth2.googleapis.com/token",
        "userinfo_endpoint": "https://openidconnect.googleapis.com/v1/userinfo",
        "revocation_endpoint": "https://oauth2.googleapis.com/revoke",
        "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
        "response_types_supported": [
            "code", "token", "id_token", "code token", "code id_token", "token id_token", "code token id_token", "none",
        ],
        "response_modes_supported": .words("query fragment form_post"), "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"], "scopes_supported": .words("openid email profile"),
        "token_endpoint_auth_methods_supported": .words("client_secret_post client_secret_basic"),
        "claims_supported": .words("aud email email_verified exp family_name given_name iat iss name picture sub"),
        "code_challenge_methods_supported": .words("plain S256"),
        "grant_types_supported": .words(
            "authorization_code refresh_token urn:ietf:params:oauth:grant-type:device_code "
                + "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        "authorization_response_iss_parameter_supported": true,
    ]

    static func scope(_ name: String) -> String { "https://www.googleapis.com/auth/userinfo.\(name)" }

    @Sendable static func idToken(_ login: IssuedLogin) -> JSONObject {
        let hosted = login.user.email.map { String($0.split(separator: "@").last ?? "") }
        return login.claims(issuer).with([
            ("azp", .string(login.clientID)), ("hd", .text(hosted)), ("at_hash", login.atHash),
            ("nonce", .text(login.nonce)), ("auth_time", login.wantsAuthTime ? .integer(login.authTime) : nil),
        ]).with(
            login.scopes.contains("email"),
            [
                ("email", login.user.mail), ("email_verified", login.user.emailVerified.map { .bool($0) }),
            ]
        ).with(
            login.scopes.contains("profile"),
            [
                ("name", .string(login.user.name)), ("given_name", .string(login.user.givenName)),
                ("family_name", .string(login.user.familyName)),
            ])
    }

    @Sendable static func userInfo(_ login: IssuedLogin) -> JSONObject {
        JSONObject([("sub", .string(login.user.sub))]).with([
            ("name", .string(login.user.name)), ("email", login.user.mail),
            ("email_verified", login.user.emailVerified.map { .bool($0) }),
            ("hd", .text(login.user.email.map { String($0.split(separator: "@").last ?? "") })),
        ])
    }

    @Sendable static func tokenError(_ code: String) -> APIAnswer {
        let texts = [
            "invalid_grant": "Bad Request", "invalid_client": "The OAuth client was not found.",
            "invalid_request": "Invalid parameter value.",
        ]
        return APIAnswer(
            code == "invalid_client" ? 401 : 400,
            ["error": .string(code), "error_description": .string(texts[code] ?? "Bad Request")])
    }

    @Sendable static func userInfoError() -> APIAnswer {
        APIAnswer(401, ["error": "invalid_request", "error_description": "Invalid Credentials"])
    }
}
