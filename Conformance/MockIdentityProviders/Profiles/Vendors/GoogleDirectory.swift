// SPDX-License-Identifier: Apache-2.0

import JOSE

/// Admin SDK Directory API and Cloud Identity API: groups and users, for a service account
/// that acts for an administrator.
struct GoogleDirectory {
    let visit: APIVisit

    func answer() -> APIAnswer {
        guard visit.isGet else { return error(405, "Method Not Allowed", "methodNotAllowed") }
        guard let grant = visit.account else { return error(401, "Invalid Credentials", "authError") }
        if let status = visit.faultStatus(pageStart: start) { return failure(status) }
        if visit.path == "/v1/groups/-/memberships:searchTransitiveGroups" { return transitiveGroups(grant) }
        switch visit.pieces(behind: "/admin/directory/v1/") ?? [] {
        case ["groups"]: return groups(grant)
        case ["users"]: return users(grant)
        case let path where path.count == 2 && path[0] == "users": return user(grant, key: path[1])
        default: return error(404, "Not Found", "notFound")
        }
    }

    private var start: Int { visit.query("pageToken").flatMap { Int($0) } ?? 0 }

    private var domain: String { visit.profile?.emailDomain ?? "" }

    private func person(_ key: String) -> OPUser? {
        visit.tenant.people.first { $0.sub == key || $0.email?.lowercased() == key.lowercased() }
    }

    private func size(_ parameter: String, _ standard: Int) -> Int {
        visit.query(parameter).flatMap { Int($0) } ?? standard
    }

    // MARK: Groups

    private func groups(_ grant: APIGrant) -> APIAnswer {
        guard isGranted("admin.directory.group.readonly", grant) else { return notAuthorized }
        guard let person = visit.query("userKey").flatMap(person) else {
            return error(404, "Resource Not Found: userKey", "notFound")
        }
        let page = visit.page(person.groups ?? [], from: visit.query("pageToken"), size: size("maxResults", 200))
        var body: JSONObject = ["kind": "admin#directory#groups", "etag": "\"mock\""]
        // An empty list comes without `groups`.
        if !page.elements.isEmpty { body["groups"] = .array(page.elements.map { .object(group($0)) }) }
        body["nextPageToken"] = .text(page.next.map(String.init))
        return APIAnswer(200, body)
    }

    private func group(_ name: String) -> JSONObject {
        [
            "kind": "admin#directory#group", "id": .string(VendorID.digits(name, 15)), "etag": "\"mock\"",
            "email": .string("\(name)@\(domain)"), "name": .string(name), "directMembersCount": "2",
            "description": "", "adminCreated": true,
        ]
    }

    private func transitiveGroups(_ grant: APIGrant) -> APIAnswer {
        guard isGranted("cloud-identity.groups.readonly", grant) else { return notAuthorized }
        let query = visit.query("query") ?? ""
        guard let person = visit.tenant.people.first(where: { query.contains("'\($0.email ?? "?")'") }) else {
            return error(
                403, "Error(2028): Permission denied for resource groups/- (or it may not exist).", "forbidden")
        }
        let page = visit.page(
            (person.groups ?? []) + ["everyone"], from: visit.query("pageToken"), size: size("pageSize", 200))
        var body: JSONObject = ["memberships": .array(page.elements.map { .object(membership($0)) })]
        body["nextPageToken"] = .text(page.next.map(String.init))
        return APIAnswer(200, body)
    }

    private func membership(_ name: String) -> JSONObject {
        [
            "member": .string("groups/\(VendorID.digits(name, 12))/memberships/1"),
            "group": .string("groups/\(VendorID.digits(name, 12))"),
            "groupKey": ["id": .string("\(name)@\(domain)")], "displayName": .string(name),
            "relationType": .string(name == "everyone" ? "INDIRECT" : "DIRECT"),
            "labels": ["cloudidentity.googleapis.com/groups.discussion_forum": ""],
            "roles": [["role": "MEMBER"]],
        ]
    }

    // MARK: Users

    private func users(_ grant: APIGrant) -> APIAnswer {
        guard isGranted("admin.directory.user.readonly", grant) else { return notAuthorized }
        guard visit.query("domain") == domain || visit.query("customer") != nil else {
            return error(400, "Bad Request", "badRequest")
        }
        // Those who were deleted in the last twenty days are a list of their own.
        let people = visit.query("showDeleted") == "true" ? visit.tenant.removedPeople : visit.tenant.people
        let page = visit.page(people, from: visit.query("pageToken"), size: size("maxResults", 100))
        var body: JSONObject = ["kind": "admin#directory#users", "etag": "\"mock\""]
        if !page.elements.isEmpty { body["users"] = .array(page.elements.map { .object(user($0)) }) }
        body["nextPageToken"] = .text(page.next.map(String.init))
        return APIAnswer(200, body)
    }

    private func user(_ grant: APIGrant, key: String) -> APIAnswer {
        guard isGranted("admin.directory.user.readonly", grant) else { return notAuthorized }
        guard let person = person(key) else { return error(404, "Resource Not Found: userKey", "notFound") }
        return APIAnswer(200, user(person))
    }

    private func user(_ user: OPUser) -> JSONObject {
        let isSuspended = visit.tenant.isDisabled(user.userName)
        let isDeleted = visit.query("showDeleted") == "true"
        return described(user, isSuspended: isSuspended).with([
            ("suspensionReason", isSuspended && !isDeleted ? "ADMIN" : nil),
            ("deletionTime", isDeleted ? "2026-01-02T00:00:00.000Z" : nil),
        ])
    }

    private func described(_ user: OPUser, isSuspended: Bool) -> JSONObject {
        [
            "kind": "admin#directory#user", "id": .string(user.sub), "etag": "\"mock\"",
            "primaryEmail": user.mail ?? "",
            "name": [
                "givenName": .string(user.givenName), "familyName": .string(user.familyName),
                "fullName": .string(user.name),
            ],
            "isAdmin": false, "isDelegatedAdmin": false, "suspended": .bool(isSuspended),
            "archived": false, "changePasswordAtNextLogin": false, "orgUnitPath": "/", "isMailboxSetup": true,
            "emails": [["address": user.mail ?? "", "primary": true]], "customerId": "C01mock00",
            "creationTime": "2024-01-01T00:00:00.000Z", "lastLoginTime": "2026-01-01T00:00:00.000Z",
        ]
    }

    // MARK: Errors

    private func isGranted(_ scope: String, _ grant: APIGrant) -> Bool {
        grant.scopes.contains("https://www.googleapis.com/auth/\(scope)")
    }

    private var notAuthorized: APIAnswer {
        error(403, "Request had insufficient authentication scopes.", "insufficientPermissions")
    }

    private func failure(_ status: Int) -> APIAnswer {
        switch status {
        case 401: error(401, "Invalid Credentials", "authError")
        case 403: error(403, "Not Authorized to access this resource/api", "forbidden")
        case 429: error(429, "Quota exceeded for quota metric 'Queries'.", "rateLimitExceeded")
        default: error(500, "Internal error encountered.", "backendError")
        }
    }

    private func error(_ status: Int, _ message: String, _ reason: String) -> APIAnswer {
        APIAnswer(
            status,
            [
                "error": [
                    "code": .integer(Int64(status)), "message": .string(message),
                    "errors": [["message": .string(message), "domain": "global", "reason": .string(reason)]],
                ]
            ])
    }
}
