// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE

extension OPProfile {
    /// GitHub: OAuth alone, errors with status 200, people and their addresses over an API.
    package static let github: OPProfile = {
        let domain = "github.example"
        let issuer = "https://github.com/login/oauth"
        var profile = OPProfile(
            name: "github", kind: "oauth2", title: "GitHub", emailDomain: domain, issuer: issuer,
            settings: [
                "profile": "github", "clientID": "Iv1.0123456789abcdef", "clientSecret": "env:MOCK_GITHUB_SECRET",
                "emailDomain": .string(domain), "requiredOrganizations": .array(["acme"]), "teams": .bool(true),
            ],
            people: OPUser.people(at: domain) { VendorID.digits($0, 8) }, clientID: "Iv1.0123456789abcdef",
            routes: [
                OPRoute("\(issuer)/authorize", .authorize), OPRoute("\(issuer)/access_token", .token),
                OPRoute("https://api.github.com/*", .api),
            ], idToken: { _ in [:] })
        profile.isOpenID = false
        profile.answersInForms = true
        profile.errors = OPErrorStyle(token: GitHubAPI.tokenError)
        profile.tokenAnswer = { answer, login in
            answer = [
                "access_token": .string(login.accessToken), "token_type": "bearer",
                "scope": .string(login.scopes.sorted().joined(separator: ",")),
            ]
        }
        profile.api = { GitHubAPI(visit: $0).answer() }
        return profile
    }()

    /// A server of OAuth alone, with names of its own for everything.
    package static let oauth2: OPProfile = {
        let base = "https://login.oauth2.example"
        var profile = OPProfile(
            name: "oauth2", kind: "oauth2", title: "Plain OAuth 2.0", emailDomain: "oauth2.example", issuer: base,
            settings: [
                "profile": "custom", "clientID": "vestibule", "clientSecret": "env:MOCK_OAUTH2_SECRET",
                "authorizationEndpoint": .string("\(base)/oauth/authorize"),
                "tokenEndpoint": .string("\(base)/oauth/token"), "userInfoURL": .string("\(base)/api/me"),
                "scopes": .array(["profile"]),
                "claims": .object([
                    "subject": "id", "email": "mail", "emailVerified": "mail_verified", "name": "display_name",
                    "groups": "teams",
                ]),
            ],
            people: OPUser.people(at: "oauth2.example") { VendorID.digits($0, 6) }, clientID: "vestibule",
            routes: [
                OPRoute("\(base)/oauth/authorize", .authorize), OPRoute("\(base)/oauth/token", .token),
                OPRoute("\(base)/api/me", .userInfo),
            ], idToken: { _ in [:] },
            userInfo: { login in
                JSONObject([("id", .integer(Int64(login.user.sub) ?? 0))]).with([
                    ("mail", login.user.mail), ("mail_verified", login.user.emailVerified.map { .bool($0) }),
                    ("display_name", .string(login.user.name)), ("teams", login.groups),
                ])
            })
        profile.isOpenID = false
        profile.tokenAnswer = { answer, login in answer["scope"] = login.scopeText }
        return profile
    }()
}

/// api.github.com, for whoever signed in.
struct GitHubAPI {
    let visit: APIVisit

    func answer() -> APIAnswer {
        guard visit.isGet else { return error(404, "Not Found") }
        guard let login = visit.login, let user = visit.tenant.user(login.session.user.userName) else {
            return error(401, "Bad credentials")
        }
        if let status = visit.faultStatus(pageStart: (page - 1) * size) { return failure(status) }
        let scopes = login.request.scopes
        let path = visit.pieces(behind: "/") ?? []
        switch path {
        case ["user"]: return APIAnswer(200, described(user))
        case ["user", "emails"]:
            guard scopes.contains("user:email") || scopes.contains("user") else { return error(404, "Not Found") }
            return list(addresses(user))
        case ["user", "orgs"]: return list(scopes.contains("read:org") ? [.object(organization)] : [])
        case ["user", "teams"]:
            guard scopes.contains("read:org") else { return error(403, "Must have the read:org scope.") }
            return list((user.groups ?? []).map { .object(team($0)) })
        case let path where path.count == 4 && path[0...2] == ["user", "memberships", "orgs"]:
            return scopes.contains("read:org") ? membership(user, of: path[3]) : error(403, "Resource not accessible.")
        default: return error(404, "Not Found")
        }
    }

    private var page: Int { max(1, visit.query("page").flatMap { Int($0) } ?? 1) }

    private var size: Int { min(100, max(1, visit.query("per_page").flatMap { Int($0) } ?? 30)) }

    /// Pages by number; the header names the next and the last.
    private func list(_ elements: [JSONValue]) -> APIAnswer {
        let size = visit.tenant.apiFault?.isPaging == true ? max(1, (elements.count + 2) / 3) : size
        let start = min(elements.count, (page - 1) * size)
        let end = min(elements.count, start + size)
        let last = max(1, (elements.count + size - 1) / size)
        let perPage = visit.query("per_page").map { "per_page=\($0)&" } ?? ""
        let address = "https://api.github.com\(visit.path)?\(perPage)page="
        let link = "<\(address)\(page + 1)>; rel=\"next\", <\(address)\(last)>; rel=\"last\""
        return APIAnswer(
            200, list: .array(Array(elements[start..<end])), headers: page < last ? [("Link", link)] : [])
    }

    // MARK: Shapes

    private func described(_ user: OPUser) -> JSONObject {
        [
            "login": .string(user.userName), "id": .integer(Int64(user.sub) ?? 0), "node_id": "MDQ6VXNlcjE=",
            "avatar_url": .string("https://avatars.githubusercontent.com/u/\(user.sub)?v=4"),
            "url": .string("https://api.github.com/users/\(user.userName)"),
            "html_url": .string("https://github.com/\(user.userName)"), "type": "User", "site_admin": false,
            "name": .string(user.name), "company": .null, "email": .null, "hireable": .null, "public_repos": 1,
            "created_at": "2020-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        ]
    }

    private func addresses(_ user: OPUser) -> [JSONValue] {
        func address(_ text: String, _ isPrimary: Bool, _ isVerified: Bool) -> JSONValue {
            [
                "email": .string(text), "primary": .bool(isPrimary), "verified": .bool(isVerified),
                "visibility": isPrimary ? "private" : .null,
            ]
        }
        // The first is nobody's: it was typed in, and never verified.
        return [address("ceo@\(visit.profile?.emailDomain ?? "")", false, false)]
            + (user.email.map { [address($0, true, user.emailVerified ?? false)] } ?? [])
            + [address("\(user.sub)+\(user.userName)@users.noreply.github.com", false, true)]
    }

    private var organization: JSONObject {
        [
            "login": "acme", "id": 4242, "node_id": "MDEyOk9yZ2FuaXphdGlvbjE=",
            "url": "https://api.github.com/orgs/acme", "description": "Acme",
        ]
    }

    private func team(_ name: String) -> JSONObject {
        [
            "name": .string(name.capitalized), "id": .integer(Int64(VendorID.digits(name, 7)) ?? 1),
            "slug": .string(name),
            "description": "", "privacy": "closed", "permission": "pull", "organization": .object(organization),
        ]
    }

    private func membership(_ user: OPUser, of organization: String) -> APIAnswer {
        guard organization.lowercased() == "acme", user.groups?.isEmpty == false else { return error(404, "Not Found") }
        return APIAnswer(
            200,
            [
                "url": .string("https://api.github.com/orgs/acme/memberships/\(user.userName)"), "state": "active",
                "role": "member", "organization_url": "https://api.github.com/orgs/acme",
                "user": .object(described(user)), "organization": .object(self.organization),
            ])
    }

    // MARK: Errors

    private func failure(_ status: Int) -> APIAnswer {
        switch status {
        case 401: return error(401, "Bad credentials")
        case 403, 429:
            var answer = error(403, "API rate limit exceeded for user.")
            answer.headers = [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Limit", "5000")]
            return answer
        default: return error(500, "Server Error")
        }
    }

    private func error(_ status: Int, _ message: String) -> APIAnswer {
        APIAnswer(
            status,
            [
                "message": .string(message), "documentation_url": "https://docs.github.com/rest",
                "status": .string(String(status)),
            ])
    }

    /// Errors come with status 200.
    @Sendable static func tokenError(_ code: String) -> APIAnswer {
        let names: [String: (String, String)] = [
            "invalid_grant": ("bad_verification_code", "The code passed is incorrect or expired."),
            "invalid_client": (
                "incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."
            ),
        ]
        let (name, text) = names[code] ?? (code, "The request is not understood.")
        let page =
            "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors"
        return APIAnswer(
            200,
            [
                "error": .string(name), "error_description": .string(text),
                "error_uri": .string("\(page)/#\(name.replacing("_", with: "-"))"),
            ])
    }
}
