import Broker
import Foundation
import OpenIDConnect

/// Admin SDK `users.list` and `users.get`: what is asked, and what an answer says.
enum PeopleList {
    /// What the service account has to be delegated.
    static let scope = "https://www.googleapis.com/auth/admin.directory.user.readonly"
    static let name = "Google users"
    /// People on one page; fewer where each one's groups are asked for too.
    static let pageSize = 200
    static let pageSizeWithGroups = 50

    private static let fields =
        "id,primaryEmail,name/fullName,suspended,suspensionReason,archived,deletionTime"

    /// Whose people.
    static func customer(_ domain: String?) -> (String, String) {
        domain.map { ("domain", $0) } ?? ("customer", "my_customer")
    }

    /// Which page of a list.
    struct Page: Sendable {
        /// Whether the people are wanted that were deleted in the last weeks.
        let isOfDeleted: Bool
        let domain: String?
        let size: Int
        let token: String?
    }

    /// The parameters of one page.
    static func query(_ page: Page) -> [(String, String)] {
        [
            customer(page.domain), ("maxResults", String(page.size)), ("projection", "basic"),
            ("fields", "kind,nextPageToken,users(\(fields))"),
        ] + (page.isOfDeleted ? [("showDeleted", "true")] : []) + (page.token.map { [("pageToken", $0)] } ?? [])
    }

    /// The parameters of one person's look-up.
    static let lookUpQuery = [("projection", "basic"), ("fields", fields)]

    /// The people of a page and the token of the next.
    ///
    /// An empty list comes without `users`, so that `kind` has to say that it is one.
    static func read(_ page: ClaimSet, atMost size: Int) throws(LoginError) -> (people: [ClaimSet], next: String?) {
        guard page.string("kind") == "admin#directory#users" else { throw malformed("kind") }
        var people: [ClaimSet] = []
        if page.contains("users") {
            guard let users = page.objects("users") else { throw malformed("users") }
            people = users
        }
        try DirectoryAPI.requireBounded(people.count, size, name)
        guard page.contains("nextPageToken") else { return (people, nil) }
        guard let token = page.string("nextPageToken"), token.utf8.count <= 8192 else {
            throw malformed("nextPageToken")
        }
        return (people, token.isEmpty ? nil : token)
    }

    /// Whether the person may still sign in at Google.
    ///
    /// Google suspends new accounts until they have signed in on the web; that one is not a leaver.
    static func status(_ person: ClaimSet) -> DirectoryStatus {
        guard let isSuspended = person.bool("suspended") else { return .unknown }
        guard !isSuspended else {
            return person.string("suspensionReason") == "WEB_LOGIN_REQUIRED" ? .unknown : .gone
        }
        guard person.contains("archived") else { return .active }
        guard let isArchived = person.bool("archived") else { return .unknown }
        return isArchived ? .gone : .active
    }

    /// Of the list of the deleted: gone where the entry itself says when.
    static func deletedStatus(_ person: ClaimSet) -> DirectoryStatus {
        person.string("deletionTime")?.isEmpty == false ? .gone : .unknown
    }

    /// Whether a 404 is about the person rather than about the address that was asked.
    static func saysNotFound(_ body: ClaimSet?) -> Bool {
        guard let error = body?.object("error"), error.integer("code") == 404 else { return false }
        return error.objects("errors")?.contains { $0.string("reason") == "notFound" } == true
    }

    private static func malformed(_ name: String) -> LoginError {
        LoginError(.upstreamInvalid, detail: "\(Self.name): \(name) is absent or malformed")
    }
}
