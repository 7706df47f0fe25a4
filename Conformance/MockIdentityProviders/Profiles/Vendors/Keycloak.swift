// SPDX-License-Identifier: Apache-2.0

import JOSE

extension OPProfile {
    /// A realm of a Keycloak server.
    package static let keycloak = keycloak("keycloak", host: "sso.keycloak.example", path: "")

    /// A realm of a server before Keycloak 17, with `/auth` in its addresses.
    package static let keycloakLegacy = keycloak("keycloak-legacy", host: "sso.keycloak-legacy.example", path: "/auth")

    private static func keycloak(_ name: String, host: String, path: String) -> OPProfile {
        let domain = "\(name).example"
        let realm = Keycloak(base: "https://\(host)\(path)", realm: "acme")
        var settings: JSONObject = [
            "baseURL": .string("https://\(host)"), "realm": "acme", "clientID": "vestibule",
            "clientSecret": .string(
                "env:\(name == "keycloak" ? "MOCK_KEYCLOAK_SECRET" : "MOCK_KEYCLOAK_LEGACY_SECRET")"),
            "roles": "both", "directory": .object(["enabled": true]),
        ]
        if !path.isEmpty { settings["legacyPath"] = .bool(true) }
        var profile = OPProfile(
            name: name, kind: "keycloak", title: "Keycloak", emailDomain: domain, issuer: realm.issuer,
            settings: settings, people: OPUser.people(at: domain) { VendorID.guid($0) }, clientID: "vestibule",
            routes: OPRoute.all(realm.document, at: "\(realm.issuer)/.well-known/openid-configuration")
                + [OPRoute("\(realm.base)/admin/realms/*", .api)],
            idToken: { realm.idToken($0) }, userInfo: { realm.userInfo($0) })
        profile.keyStyle = OPKeyStyle(published: 1, hasCertificate: true, hasEncryptionKey: true)
        profile.accessToken = { realm.accessToken($0) }
        profile.sendsIssuer = path.isEmpty
        profile.refresh = OPRefresh(when: .always, replaces: true)
        profile.callback = { [Parameter("session_state", $0.sid)] }
        profile.errors = OPErrorStyle(token: Keycloak.tokenError)
        profile.tokenAnswer = { answer, login in
            answer["expires_in"] = 300
            answer["refresh_expires_in"] = 1800
            answer["not-before-policy"] = 0
            answer["session_state"] = .string(login.sid)
            answer["scope"] = login.scopeText
        }
        profile.api = { KeycloakAdmin(visit: $0, prefix: "\(path)/admin/realms/acme/").answer() }
        return profile
    }
}

/// What one realm says at sign-in.
struct Keycloak: Sendable {
    let base: String
    let realm: String

    var issuer: String { "\(base)/realms/\(realm)" }

    var document: JSONObject {
        let protocolBase = "\(issuer)/protocol/openid-connect"
        let algorithms: JSONValue = .words(
            "PS384 RS384 EdDSA ES384 HS256 HS512 ES256 RS256 HS384 ES512 PS256 PS512 RS512")
        let methods: JSONValue = .words(
            "private_key_jwt client_secret_basic client_secret_post tls_client_auth client_secret_jwt")
        return [
            "issuer": .string(issuer), "authorization_endpoint": .string("\(protocolBase)/auth"),
            "token_endpoint": .string("\(protocolBase)/token"),
            "introspection_endpoint": .string("\(protocolBase)/token/introspect"),
            "userinfo_endpoint": .string("\(protocolBase)/userinfo"),
            "end_session_endpoint": .string("\(protocolBase)/logout"),
            "frontchannel_logout_session_supported": true, "frontchannel_logout_supported": true,
            "jwks_uri": .string("\(protocolBase)/certs"),
            "check_session_iframe": .string("\(protocolBase)/login-status-iframe.html"),
            "grant_types_supported": .words(
                "authorization_code implicit refresh_token password client_credentials "
                    + "urn:openid:params:grant-type:ciba urn:ietf:params:oauth:grant-type:device_code"),
            "acr_values_supported": .words("0 1"),
            "response_types_supported": [
                "code", "none", "id_token", "token", "id_token token", "code id_token", "code token",
                "code id_token token",
            ],
            "subject_types_supported": .words("public pairwise"), "id_token_signing_alg_values_supported": algorithms,
            "userinfo_signing_alg_values_supported": algorithms,
            "response_modes_supported": .words(
                "query fragment form_post query.jwt fragment.jwt form_post.jwt jwt"),
            "registration_endpoint": .string("\(issuer)/clients-registrations/openid-connect"),
            "token_endpoint_auth_methods_supported": methods, "introspection_endpoint_auth_methods_supported": methods,
            "claims_supported": .words(
                "aud sub iss auth_time name given_name family_name preferred_username email acr"),
            "claim_types_supported": ["normal"], "claims_parameter_supported": true,
            "scopes_supported": .words(
                "openid web-origins profile microprofile-jwt email address phone offline_access roles acr basic"),
            "request_parameter_supported": true, "request_uri_parameter_supported": true,
            "require_request_uri_registration": true, "code_challenge_methods_supported": .words("plain S256"),
            "tls_client_certificate_bound_access_tokens": true,
            "revocation_endpoint": .string("\(protocolBase)/revoke"), "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
            "device_authorization_endpoint": .string("\(protocolBase)/auth/device"),
            "pushed_authorization_request_endpoint": .string("\(protocolBase)/ext/par/request"),
            "authorization_response_iss_parameter_supported": .bool(!base.hasSuffix("/auth")),
        ]
    }

    func idToken(_ login: IssuedLogin) -> JSONObject {
        login.claims(issuer, lifetime: 300).with([
            ("auth_time", .integer(login.authTime)), ("jti", .string(VendorID.guid(login.jti))), ("typ", "ID"),
            ("azp", .string(login.clientID)), ("nonce", .text(login.nonce)), ("session_state", .string(login.sid)),
            ("at_hash", login.atHash), ("acr", .string(login.acr ?? "1")), ("sid", .string(login.sid)),
        ]).with(person(login))
    }

    /// Roles are here, and in no ID token.
    func accessToken(_ login: IssuedLogin) -> JSONObject {
        let groups = login.user.groups ?? []
        let roles = ["default-roles-\(realm)", "offline_access", "uma_authorization"] + groups
        return login.claims(issuer, lifetime: 300).with([
            ("aud", "account"), ("auth_time", .integer(login.authTime)),
            ("jti", .string(VendorID.guid(login.jti + "/at"))),
            ("typ", "Bearer"), ("azp", .string(login.clientID)), ("session_state", .string(login.sid)),
            ("acr", "1"), ("allowed-origins", []), ("realm_access", ["roles": .array(roles.map { .string($0) })]),
            (
                "resource_access",
                [
                    "account": ["roles": ["manage-account", "view-profile"]],
                    login.clientID: ["roles": .array(groups.map { .string("desk-\($0)") })],
                ]
            ),
            ("scope", login.scopeText), ("sid", .string(login.sid)),
        ]).with(person(login))
    }

    func userInfo(_ login: IssuedLogin) -> JSONObject {
        JSONObject([("sub", .string(login.user.sub))]).with(person(login))
    }

    private func person(_ login: IssuedLogin) -> [(String, JSONValue?)] {
        let user = login.user
        let email: [(String, JSONValue?)] = [
            ("email_verified", user.emailVerified.map { .bool($0) }), ("email", user.mail),
        ]
        let profile: [(String, JSONValue?)] = [
            ("name", .string(user.name)), ("preferred_username", .string(user.userName)),
            ("given_name", .string(user.givenName)), ("family_name", .string(user.familyName)),
        ]
        return (login.scopes.contains("email") ? email : []) + (login.scopes.contains("profile") ? profile : [])
    }

    @Sendable static func tokenError(_ code: String) -> APIAnswer {
        let texts = [
            "invalid_grant": "Code not valid", "invalid_client": "Invalid client or Invalid client credentials",
            "unsupported_grant_type": "Unsupported grant_type",
        ]
        return APIAnswer(
            code == "invalid_client" ? 401 : 400,
            JSONObject([("error", .string(code))]).with([("error_description", .text(texts[code]))]))
    }
}

/// The realm's admin API, for a client's own account with `view-users`.
struct KeycloakAdmin {
    let visit: APIVisit
    let prefix: String

    func answer() -> APIAnswer {
        guard visit.account != nil else { return APIAnswer(401, ["error": "HTTP 401 Unauthorized"]) }
        guard let path = visit.pieces(behind: prefix) else { return APIAnswer(404, ["error": "Realm not found."]) }
        if let status = visit.faultStatus(pageStart: first) { return failure(status) }
        switch path {
        case ["users"]: return list(found.map { .object(user($0)) })
        case ["users", "count"]: return APIAnswer(200, list: .integer(Int64(visit.tenant.people.count)))
        case ["groups"]: return list(Set(visit.tenant.people.flatMap { $0.groups ?? [] }).sorted().map { group($0) })
        default: break
        }
        guard path.count >= 2, path[0] == "users", let person = visit.tenant.people.first(where: { $0.sub == path[1] })
        else { return APIAnswer(404, ["error": "User not found"]) }
        switch Array(path.dropFirst(2)) {
        case []: return APIAnswer(200, user(person))
        case ["groups"]: return list((person.groups ?? []).map { group($0) })
        case ["role-mappings", "realm"], ["role-mappings", "realm", "composite"]:
            return list((person.groups ?? []).map { role($0) })
        default: return APIAnswer(404, ["error": "HTTP 404 Not Found"])
        }
    }

    private var first: Int { visit.query("first").flatMap { Int($0) } ?? 0 }

    private var found: [OPUser] {
        let people = visit.tenant.people
        if let email = visit.query("email") { return people.filter { $0.email == email } }
        if let name = visit.query("username") { return people.filter { $0.userName == name } }
        return people
    }

    private func list(_ elements: [JSONValue]) -> APIAnswer {
        let size = visit.query("max").flatMap { Int($0) } ?? 100
        let end = min(elements.count, first + max(0, size))
        return APIAnswer(200, list: .array(first < end ? Array(elements[first..<end]) : []))
    }

    private func user(_ user: OPUser) -> JSONObject {
        [
            "id": .string(user.sub), "createdTimestamp": 1_704_067_200_000, "username": .string(user.userName),
            "enabled": .bool(!visit.tenant.isDisabled(user.userName)), "totp": false,
            "emailVerified": .bool(user.emailVerified ?? false), "firstName": .string(user.givenName),
            "lastName": .string(user.familyName), "email": user.mail ?? .null, "disableableCredentialTypes": [],
            "requiredActions": [], "notBefore": 0,
        ]
    }

    private func group(_ name: String) -> JSONValue {
        [
            "id": .string(VendorID.guid("group/\(name)")), "name": .string(name), "path": .string("/\(name)"),
            "subGroups": [],
        ]
    }

    private func role(_ name: String) -> JSONValue {
        [
            "id": .string(VendorID.guid("role/\(name)")), "name": .string(name), "composite": false,
            "clientRole": false, "containerId": "acme",
        ]
    }

    private func failure(_ status: Int) -> APIAnswer {
        switch status {
        case 401: APIAnswer(401, ["error": "HTTP 401 Unauthorized"])
        case 403: APIAnswer(403, ["error": "HTTP 403 Forbidden"])
        case 429: APIAnswer(429, ["error": "HTTP 429 Too Many Requests"])
        default: APIAnswer(500, ["error": "unknown_error"])
        }
    }
}
