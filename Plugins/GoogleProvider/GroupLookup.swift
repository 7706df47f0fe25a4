import Broker
import Foundation
import OpenIDConnect

/// Asks Google for a person's groups, as a service account that acts for an administrator.
struct GroupLookup: Sendable {
    /// Whose groups.
    struct Person: Sendable {
        /// The account's id, which outlives every address.
        let subject: String
        /// The address, where Google vouches for it; Cloud Identity knows people by nothing else.
        let address: EmailAddress?
    }

    /// What was found, and why it is not all.
    struct Result: Sendable {
        let set: GroupSet
        let problem: LoginError?
    }

    let settings: GoogleProvider.Settings.Groups
    let endpoints: Endpoints
    let accounts: ServiceAccounts
    let context: ProviderContext

    /// The most pages that are read: 10000 groups.
    static let maximumPages = 50

    /// Looks up; what was found before a failure stays, and counts as part of an unknown whole.
    func groups(of person: Person) async -> Result {
        var found: [String] = []
        do throws(LoginError) {
            let list = try list(person)
            let api = BearerAPI(
                "Google groups",
                accessToken: try await accounts.accessToken(
                    of: settings.serviceAccount, named: "groups.serviceAccount", actingFor: settings.subject,
                    scope: list.scope),
                transport: context.transport)
            var pageToken: String?
            for _ in 0..<Self.maximumPages {
                let page = try await api.object(
                    at: list.endpoint, query: list.query + (pageToken.map { [("pageToken", $0)] } ?? []))
                found += try list.names(page)
                pageToken = try Self.nextPageToken(page)
                if pageToken == nil { return Result(set: GroupSet(found, completeness: .complete), problem: nil) }
            }
            throw LoginError(.upstreamInvalid, detail: "Google groups: more than \(Self.maximumPages) pages")
        } catch {
            return Result(set: GroupSet(found, completeness: .failed), problem: error)
        }
    }

    private func list(_ person: Person) throws(LoginError) -> GroupList {
        switch settings.scope ?? .direct {
        case .direct: return .direct(at: endpoints.directoryGroups, subject: person.subject)
        case .indirect:
            guard let address = person.address else {
                throw LoginError(.emailUnverified, detail: "Google groups: no address that Google vouches for")
            }
            return .indirect(at: endpoints.transitiveGroups, address: address)
        }
    }

    /// Absent or empty on the last page.
    private static func nextPageToken(_ page: ClaimSet) throws(LoginError) -> String? {
        guard page.contains("nextPageToken") else { return nil }
        guard let token = page.string("nextPageToken") else {
            throw LoginError(.upstreamInvalid, detail: "Google groups: nextPageToken is not text")
        }
        return token.isEmpty ? nil : token
    }
}

/// One of the two lists that Google has.
private struct GroupList {
    let endpoint: URL
    let scope: String
    let query: [(String, String)]
    let names: (ClaimSet) throws(LoginError) -> [String]

    /// Admin SDK `groups.list`: an empty list comes without `groups`, so that `kind` has to say that it is one.
    static func direct(at endpoint: URL, subject: String) -> GroupList {
        GroupList(
            endpoint: endpoint, scope: "https://www.googleapis.com/auth/admin.directory.group.readonly",
            query: [("userKey", subject), ("maxResults", "200")]
        ) { page throws(LoginError) in
            guard page.string("kind") == "admin#directory#groups" else { throw malformed("kind") }
            return try texts(page, list: "groups") { $0.string("email") }
        }
    }

    /// Cloud Identity `searchTransitiveGroups`.
    ///
    /// An apostrophe is a letter of addresses, and the end of a text in CEL.
    static func indirect(at endpoint: URL, address: EmailAddress) -> GroupList {
        let member = address.description.replacingOccurrences(of: "'", with: #"\'"#)
        let label = "cloudidentity.googleapis.com/groups.discussion_forum"
        return GroupList(
            endpoint: endpoint, scope: "https://www.googleapis.com/auth/cloud-identity.groups.readonly",
            query: [("query", "member_key_id == '\(member)' && '\(label)' in labels"), ("pageSize", "200")]
        ) { page throws(LoginError) in
            try texts(page, list: "memberships") { $0.object("groupKey")?.string("id") }
        }
    }

    private static func texts(
        _ page: ClaimSet, list: String, _ text: (ClaimSet) -> String?
    ) throws(LoginError) -> [String] {
        guard page.contains(list) else { return [] }
        guard let entries = page.objects(list) else { throw malformed(list) }
        let texts = entries.compactMap(text).filter { !$0.isEmpty }
        guard texts.count == entries.count else { throw malformed(list) }
        return texts
    }

    private static func malformed(_ name: String) -> LoginError {
        LoginError(.upstreamInvalid, detail: "Google groups: \(name) is absent or malformed")
    }
}
