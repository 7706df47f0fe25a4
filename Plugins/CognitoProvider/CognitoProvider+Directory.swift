public import Broker
public import Foundation
import OIDCProvider
import OpenIDConnect

extension CognitoProvider: DirectorySource {
    /// One page of the pool's people.
    ///
    /// Cognito tells no changes: after the last page the next call begins again.
    public func changes(since cursor: Data?) async throws(LoginError) -> DirectoryPage {
        let api = try poolAPI()
        var scan = try DirectoryCursor(cursor, scope: "cognito \(settings.issuer)")
        let token = scan.values["token"]
        let answer = try await api.call(
            "ListUsers",
            .init(UserPoolId: settings.userPoolID, Limit: PoolUsers.pageSize, PaginationToken: token))
        let page = try PoolUsers.read(try object(answer), atMost: PoolUsers.pageSize)
        guard page.next == nil || page.next != token else {
            throw LoginError(.upstreamInvalid, detail: "Cognito: a page names itself as the next one")
        }
        var people: [DirectoryPerson] = []
        for user in page.people { people.append(try await person(user, api)) }
        try scan.countPage()
        scan.values["token"] = page.next
        if page.next == nil { scan.values = [:] }
        return DirectoryPage(people: people, cursor: scan.data, hasMore: page.next != nil)
    }

    /// What the pool says about one person.
    ///
    /// A list without the person says little. Gone is who is looked up then and of whom Cognito says that there is no
    /// such user; that the pool is there and the key may read it, the list has shown.
    public func status(of subject: SubjectKey) async throws(LoginError) -> DirectoryStatus {
        let api = try poolAPI()
        guard subject.connection == oidc.id, subject.issuer == settings.issuer, subject.tenant == nil,
            PoolUsers.isSubject(subject.subject)
        else { return .unknown }
        if let user = try await user(subject.subject, api) { return user.status }
        let answer = try await api.call(
            "AdminGetUser", .init(UserPoolId: settings.userPoolID, Username: subject.subject))
        switch answer {
        case .userNotFound: return .gone
        case .object(let object):
            let user = try PoolUser(object)
            return user.subject == subject.subject ? user.status : .unknown
        }
    }

    /// The one person with a subject; nil where the list has none.
    private func user(_ subject: String, _ api: PoolAPI) async throws(LoginError) -> PoolUser? {
        let answer = try await api.call(
            "ListUsers",
            .init(UserPoolId: settings.userPoolID, Filter: "sub = \"\(subject)\"", Limit: 2))
        let page = try PoolUsers.read(try object(answer), atMost: 2)
        guard page.people.allSatisfy({ $0.subject == subject }), page.people.count < 2 else {
            throw LoginError(.upstreamInvalid, detail: "Cognito: a list by sub has other people")
        }
        guard page.people.first != nil || page.next == nil else {
            throw LoginError(.upstreamInvalid, detail: "Cognito: a list by sub is not whole")
        }
        return page.people.first
    }
}

extension CognitoProvider: GroupSource {
    /// The person's groups, asked of the pool.
    public func groups(of identity: VerifiedIdentity) async -> GroupSet {
        guard settings.directory != nil, settings.usesGroups, PoolUsers.isSubject(identity.subject.subject) else {
            return .unsupported
        }
        do throws(LoginError) {
            let api = try poolAPI()
            guard let user = try await user(identity.subject.subject, api) else {
                return GroupSet([], completeness: .failed)
            }
            return GroupSet(try await groups(user, api), completeness: .complete)
        } catch {
            return GroupSet([], completeness: .failed)
        }
    }
}

// MARK: People

extension CognitoProvider {
    private func person(_ user: PoolUser, _ api: PoolAPI) async throws(LoginError) -> DirectoryPerson {
        let groups = user.status == .active ? try await groupSet(user, api) : .unsupported
        let isForeign = user.isFederated || groups.values.contains { $0.hasPrefix("\(settings.userPoolID)_") }
        let isVerified =
            user.attributes["email_verified"] == "true" && (settings.trustFederatedEmail || !isForeign)
        var person = DirectoryEntry.person(
            SubjectKey(connection: oidc.id, issuer: settings.issuer, subject: user.subject), user.status,
            address: user.attributes["email"], evidence: { _ in isVerified ? .idpVerified : .none },
            name: user.attributes["name"])
        person.groups = groups
        return person
    }

    private func groupSet(_ user: PoolUser, _ api: PoolAPI) async throws(LoginError) -> GroupSet {
        guard settings.usesGroups else { return .unsupported }
        do throws(LoginError) {
            return GroupSet(try await groups(user, api), completeness: .complete)
        } catch {
            try DirectoryEntry.unknownGroups(error)
            return GroupSet([], completeness: .failed)
        }
    }

    func groups(_ user: PoolUser, _ api: PoolAPI) async throws(LoginError) -> [String] {
        var found: [String] = []
        var token: String?
        for _ in 0..<PoolUsers.groupPages {
            let answer = try await api.call(
                "AdminListGroupsForUser",
                .init(
                    UserPoolId: settings.userPoolID, Username: user.username, Limit: PoolUsers.pageSize,
                    NextToken: token))
            let page = try PoolUsers.readGroups(try object(answer))
            found += page.groups
            token = page.next
            if token == nil { return found }
        }
        throw LoginError(.upstreamInvalid, detail: "Cognito: more than \(PoolUsers.groupPages) pages of groups")
    }

    func object(_ answer: PoolAPI.Answer) throws(LoginError) -> ClaimSet {
        guard case .object(let object) = answer else {
            throw LoginError(.upstreamInvalid, detail: "Cognito: UserNotFoundException where nobody was looked up")
        }
        return object
    }
}
