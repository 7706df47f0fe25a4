// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import JOSE

/// Microsoft Graph v1.0: memberships of whoever signed in, and the directory for the application's own account.
struct Graph {
    let visit: APIVisit
    private static let base = "https://graph.microsoft.com/v1.0"

    func answer() -> APIAnswer {
        guard visit.login != nil || visit.account != nil else {
            return error(401, "InvalidAuthenticationToken", "Access token is empty, expired or not ours.")
        }
        if let status = visit.faultStatus(pageStart: start) { return failure(status) }
        let path = visit.pieces(behind: "/v1.0/") ?? []
        if path.first == "me" { return mine(Array(path.dropFirst())) }
        guard visit.account != nil, path.first == "users" else { return denied }
        switch path.count {
        case 1: return users()
        case 2: return path[1] == "delta" || path[1] == "microsoft.graph.delta()" ? delta() : user(path[1])
        default: return memberships(path[1], Array(path.dropFirst(2)))
        }
    }

    private var start: Int { visit.query("$skiptoken").flatMap { Int($0) } ?? 0 }

    private var size: Int {
        let preferred = visit.header("Prefer")?.split(separator: "=").last.flatMap { Int($0) }
        return visit.query("$top").flatMap { Int($0) } ?? preferred ?? 100
    }

    /// The people of the token's own tenant.
    private var people: [OPUser] {
        let tenant = visit.account?.realm ?? visit.login.map { Entra.tenant(of: $0.session.user) }
        return visit.tenant.people.filter { Entra.tenant(of: $0) == tenant }
    }

    private func person(_ key: String) -> OPUser? { people.first { Entra.object($0) == key || $0.email == key } }

    // MARK: Memberships

    private func mine(_ path: [String]) -> APIAnswer {
        guard let login = visit.login, let person = visit.tenant.user(login.session.user.userName) else {
            return denied
        }
        guard path != [] else { return APIAnswer(200, described(person)) }
        // Without the permission, members of other types come without anything but an id.
        guard login.request.scopes.contains(where: { $0.hasSuffix("GroupMember.Read.All") }) else { return denied }
        return memberships(person, "me", path)
    }

    private func memberships(_ key: String, _ path: [String]) -> APIAnswer {
        guard let person = person(key) else { return notFound(key) }
        return memberships(person, "users/\(key)", path)
    }

    private func memberships(_ person: OPUser, _ owner: String, _ path: [String]) -> APIAnswer {
        let names = person.groups ?? []
        let address = "\(Self.base)/\(owner)/\(path.joined(separator: "/"))"
        switch path.first {
        case "transitiveMemberOf", "memberOf":
            return page(names.map(group), "directoryObjects", address)
        case "getMemberObjects", "getMemberGroups":
            guard visit.visit.method == .post else { return error(405, "Request_BadRequest", "Method not allowed.") }
            return page(names.map { .string(Entra.group($0)) }, "Collection(Edm.String)", address)
        default: return error(400, "BadRequest", "Resource not found for the segment.")
        }
    }

    private func group(_ name: String) -> JSONValue {
        [
            "@odata.type": "#microsoft.graph.group", "id": .string(Entra.group(name)), "displayName": .string(name),
            "securityEnabled": .bool(name != "guests"), "groupTypes": [], "mailEnabled": false,
        ]
    }

    private func page(_ elements: [JSONValue], _ context: String, _ address: String) -> APIAnswer {
        let page = visit.page(elements, from: visit.query("$skiptoken"), size: size)
        var body: JSONObject = ["@odata.context": .string("\(Self.base)/$metadata#\(context)")]
        body["@odata.nextLink"] = page.next.map { .string("\(address)?\(kept)$skiptoken=\($0)") }
        body["value"] = .array(page.elements)
        return APIAnswer(200, body)
    }

    /// What the first request asked for goes on in the links.
    private var kept: String {
        ["$select", "$top"].compactMap { name in visit.query(name).map { "\(name)=\($0)&" } }.joined()
    }

    // MARK: Users

    private func users() -> APIAnswer { page(people.map { .object(described($0)) }, "users", "\(Self.base)/users") }

    private func user(_ key: String) -> APIAnswer {
        person(key).map { APIAnswer(200, described($0)) } ?? notFound(key)
    }

    /// All people, then only those who changed: a token is a revision, and a page of the first listing keeps its own.
    private func delta() -> APIAnswer {
        let address = "\(Self.base)/users/delta"
        let token = visit.query("$deltatoken").flatMap { Int($0) }
        let changes = visit.tenant.changes(since: token ?? 0)
        let ours = visit.account?.realm
        let all: [JSONValue] =
            token == nil
            ? people.map { .object(described($0)) }
            : changes.people.filter { name, _ in tenant(ofPersonNamed: name) == ours }
                .map { name, user in .object(user.map(described) ?? removed(name)) }
        let page = visit.page(all, from: visit.query("$skiptoken"), size: size)
        var body: JSONObject = ["@odata.context": .string("\(Self.base)/$metadata#users")]
        if let next = page.next {
            let since = token.map { "$deltatoken=\($0)&" } ?? ""
            body["@odata.nextLink"] = .string("\(address)?\(kept)\(since)$skiptoken=\(next)")
        } else {
            body["@odata.deltaLink"] = .string("\(address)?\(kept)$deltatoken=\(changes.revision)")
        }
        body["value"] = .array(page.elements)
        return APIAnswer(200, body)
    }

    /// What `$select` names; without it, what Graph gives by itself, and `accountEnabled` is not in that.
    private func described(_ user: OPUser) -> JSONObject {
        let selected = visit.query("$select")?.split(separator: ",").map(String.init)
        let names = selected ?? ["id", "displayName", "givenName", "surname", "mail", "userPrincipalName"]
        return JSONObject(
            whole(user).filter { ["id"].contains($0.key) || names.contains($0.key) }.map { ($0.key, $0.value) })
    }

    private func whole(_ user: OPUser) -> JSONObject {
        [
            "id": .string(Entra.object(user)), "displayName": .string(user.name), "givenName": .string(user.givenName),
            "surname": .string(user.familyName), "mail": user.mail ?? .null, "userPrincipalName": user.mail ?? .null,
            "accountEnabled": .bool(!visit.tenant.isDisabled(user.userName)),
        ]
    }

    private func tenant(ofPersonNamed userName: String) -> String? {
        visit.tenant.definition.users.first { $0.userName == userName }.map(Entra.tenant)
    }

    private func removed(_ userName: String) -> JSONObject {
        let gone = visit.tenant.definition.users.first { $0.userName == userName }
        return ["id": .string(gone.map(Entra.object) ?? ""), "@removed": ["reason": "deleted"]]
    }

    // MARK: Errors

    private var denied: APIAnswer {
        error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    }

    private func notFound(_ key: String) -> APIAnswer {
        error(
            404, "Request_ResourceNotFound",
            "Resource '\(key)' does not exist or one of its queried reference-property objects are not present.")
    }

    private func failure(_ status: Int) -> APIAnswer {
        switch status {
        case 401: error(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.")
        case 403: denied
        case 429: error(429, "TooManyRequests", "Please retry again later.")
        default: error(500, "generalException", "An unexpected error occurred.")
        }
    }

    private func error(_ status: Int, _ code: String, _ message: String) -> APIAnswer {
        APIAnswer(
            status,
            [
                "error": [
                    "code": .string(code), "message": .string(message),
                    "innerError": [
                        "date": "2026-01-01T00:00:00", "request-id": .string(VendorID.guid("request")),
                        "client-request-id": .string(VendorID.guid("request")),
                    ],
                ]
            ])
    }
}
