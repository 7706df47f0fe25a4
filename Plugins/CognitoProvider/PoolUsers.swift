import Broker
import OpenIDConnect

/// One person of the pool, as `ListUsers` and `AdminGetUser` write them.
struct PoolUser: Sendable {
    /// What the API knows the person by; may be changed by nobody, but is not `sub` for federated people.
    let username: String
    /// What tokens know the person by.
    let subject: String
    let attributes: [String: String]
    let isEnabled: Bool?
    let state: String?

    /// Reads one; attributes stand under `Attributes` or, looked up by name, `UserAttributes`.
    init(_ object: ClaimSet) throws(LoginError) {
        guard let listed = object.objects("Attributes") ?? object.objects("UserAttributes") else {
            throw Self.malformed("attributes")
        }
        var attributes: [String: String] = [:]
        for attribute in listed {
            guard let name = attribute.string("Name"), attributes[name] == nil else {
                throw Self.malformed("an attribute")
            }
            attributes[name] = attribute.string("Value") ?? ""
        }
        guard let username = object.string("Username"), (1...128).contains(username.unicodeScalars.count) else {
            throw Self.malformed("Username")
        }
        self.username = username
        subject = try DirectoryEntry.identifier(attributes["sub"], PoolAPI.name)
        self.attributes = attributes
        isEnabled = object.bool("Enabled")
        state = object.string("UserStatus")
    }

    /// Whether the person may sign in.
    ///
    /// `Enabled` is the administrators' word; of the states two say that Cognito itself has shut the account, and two
    /// say nothing.
    var status: DirectoryStatus {
        guard let isEnabled else { return .unknown }
        guard isEnabled else { return .gone }
        switch state {
        case "CONFIRMED", "EXTERNAL_PROVIDER", "RESET_REQUIRED", "FORCE_CHANGE_PASSWORD": return .active
        case "ARCHIVED", "COMPROMISED": return .gone
        default: return .unknown
        }
    }

    /// Whether another identity provider vouches for the person.
    var isFederated: Bool { state == "EXTERNAL_PROVIDER" || attributes["identities"] != nil }

    static func malformed(_ name: String) -> LoginError {
        LoginError(.upstreamInvalid, detail: "Cognito: \(name) of a person is absent or malformed")
    }
}

/// Pages of people and groups.
enum PoolUsers {
    /// The most that the API gives.
    static let pageSize = 60
    static let groupPages = 20

    /// The people of a page, and the token of the next.
    static func read(_ page: ClaimSet, atMost size: Int) throws(LoginError) -> (people: [PoolUser], next: String?) {
        guard let users = page.objects("Users") else { throw PoolUser.malformed("the list") }
        try DirectoryAPI.requireBounded(users.count, size, PoolAPI.name)
        var people: [PoolUser] = []
        for user in users { people.append(try PoolUser(user)) }
        return (people, try token(page, "PaginationToken"))
    }

    /// The groups of a page, and the token of the next.
    static func readGroups(_ page: ClaimSet) throws(LoginError) -> (groups: [String], next: String?) {
        guard let entries = page.objects("Groups") else { throw PoolUser.malformed("the groups") }
        let groups = entries.compactMap { $0.string("GroupName") }.filter { !$0.isEmpty }
        guard groups.count == entries.count else { throw PoolUser.malformed("a group") }
        return (groups, try token(page, "NextToken"))
    }

    private static func token(_ page: ClaimSet, _ name: String) throws(LoginError) -> String? {
        guard page.contains(name), page.string(name) != "" else { return nil }
        guard let token = page.string(name), token.utf8.count <= 131_072 else { throw PoolUser.malformed(name) }
        return token
    }

    /// Whether a subject can stand in a filter: nothing in it ends the text there.
    static func isSubject(_ text: String) -> Bool { text.wholeMatch(of: /[0-9A-Za-z-]{1,128}/) != nil }
}
