import Broker
import Foundation
import OpenIDConnect

/// Graph's `users`: what is asked, and what an answer says.
enum GraphUsers {
    static let name = "Graph users"
    /// People on one page; fewer where each one's groups are asked for too.
    static let pageSize = 100
    static let pageSizeWithGroups = 25
    /// Graph takes `odata.maxpagesize` for a wish.
    static let mostPeople = 1000

    private static let selection = "$select=id,accountEnabled,mail,userPrincipalName,displayName"
    private static let deltaPaths = ["/v1.0/users/delta", "/v1.0/users/delta()", "/v1.0/users/microsoft.graph.delta()"]

    /// The first page of everybody.
    static let start = "/v1.0/users/delta?\(selection)"

    /// One person.
    static func one(_ id: String) -> String { "/v1.0/users/\(id)?\(selection)" }

    /// Any one person, to see whether the token lists this tenant's.
    static let anybody = "/v1.0/users?$select=id&$top=1"

    /// Where the list goes on.
    enum Link: Sendable {
        /// Another page now.
        case next(String)
        /// What changes from now on.
        case delta(String)
    }

    /// Whether an address is that of a delta of users: a cursor must not lead to another part of Graph.
    static func isDelta(_ url: URL) -> Bool { deltaPaths.contains(url.path(percentEncoded: false)) }

    /// The people of a page and where it goes on; exactly one of the two links, or the page is not whole.
    static func read(_ page: ClaimSet) throws(LoginError) -> (people: [ClaimSet], link: Link) {
        guard let people = page.objects("value") else {
            throw LoginError(.upstreamInvalid, detail: "\(name): value is not a list of objects")
        }
        try DirectoryAPI.requireBounded(people.count, mostPeople, name)
        switch (page.string("@odata.nextLink"), page.string("@odata.deltaLink")) {
        case (let next?, nil) where !page.contains("@odata.deltaLink"): return (people, .next(next))
        case (nil, let delta?) where !page.contains("@odata.nextLink"): return (people, .delta(delta))
        default: throw LoginError(.upstreamInvalid, detail: "\(name): neither one nextLink nor one deltaLink")
        }
    }

    /// The person's id.
    static func id(_ person: ClaimSet) throws(LoginError) -> String {
        guard let id = person.string("id").flatMap(GUIDText.canonical) else {
            throw LoginError(.upstreamInvalid, detail: "\(name): a person whose id is not a GUID")
        }
        return id
    }

    /// Whether the account may sign in.
    ///
    /// Without the permission to read it, Graph leaves the property out or null.
    static func status(_ person: ClaimSet) -> DirectoryStatus {
        person.bool("accountEnabled").map { $0 ? .active : .gone } ?? .unknown
    }

    /// Whether a 404 is about the person.
    static func saysNotFound(_ body: ClaimSet?) -> Bool {
        body?.object("error")?.string("code") == "Request_ResourceNotFound"
    }
}
