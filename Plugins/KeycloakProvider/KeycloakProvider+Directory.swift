public import Broker
public import Foundation
import OIDCProvider
import OpenIDConnect

extension KeycloakProvider: DirectorySource {
    /// One page of the realm's people.
    ///
    /// Keycloak tells no changes: after the last page the next call begins again. Who is not on any page has not left
    /// by that, for people move between pages while they are read.
    public func changes(since cursor: Data?) async throws(LoginError) -> DirectoryPage {
        try requireDirectory()
        var scan = try DirectoryCursor(cursor, scope: "keycloak \(settings.issuer)")
        let first = try scan.number("first") ?? 0
        let size = readsGroups ? RealmUsers.pageSizeWithGroups : RealmUsers.pageSize
        let api = try await api(tokens)
        let entries = try await api.objects(at: try users.page(from: first, size: size))
        try DirectoryAPI.requireBounded(entries.count, size, RealmUsers.name)
        var people: [DirectoryPerson] = []
        for entry in entries { people.append(try await person(entry, api)) }
        let isLast = entries.count < size
        try scan.countPage()
        scan.values["first"] = String(first + entries.count)
        if isLast { scan.values = [:] }
        return DirectoryPage(people: people, cursor: scan.data, hasMore: !isLast)
    }

    /// What the realm says about one person.
    public func status(of subject: SubjectKey) async throws(LoginError) -> DirectoryStatus {
        try requireDirectory()
        guard subject.connection == oidc.id, subject.issuer == settings.issuer, subject.tenant == nil,
            RealmUsers.isIdentifier(subject.subject)
        else { return .unknown }
        let api = try await api(tokens)
        switch try await api.lookUp(try users.one(subject.subject)) {
        case .found(let person):
            return person.string("id") == subject.subject ? RealmUsers.status(person) : .unknown
        case .missing(let body):
            guard RealmUsers.saysNotFound(body, subject.subject) else { return .unknown }
            // The same token has to list people of this realm, or it says nothing that one of them is missing.
            return try await api.objects(at: try users.page(from: 0, size: 1)).isEmpty ? .unknown : .gone
        }
    }

    private func person(_ entry: ClaimSet, _ api: DirectoryAPI) async throws(LoginError) -> DirectoryPerson {
        let id = try DirectoryEntry.identifier(entry.string("id"), RealmUsers.name)
        let isVerified = entry.bool("emailVerified") == true
        var person = DirectoryEntry.person(
            SubjectKey(connection: oidc.id, issuer: settings.issuer, subject: id), RealmUsers.status(entry),
            address: entry.string("email"), evidence: { _ in evidence(isVerified) },
            name: RealmUsers.displayName(entry))
        guard readsGroups, person.status == .active else { return person }
        let answer = await directoryGroups(of: id, api)
        try DirectoryEntry.unknownGroups(answer.problem)
        person.groups = answer.set
        return person
    }

    /// What a login would make of the same address.
    private func evidence(_ isVerified: Bool) -> Email.Evidence {
        switch settings.emailEvidence {
        case .verifiedClaim: isVerified ? .idpVerified : .none
        case .tenantOwnsDomain: .tenantOwnsDomain
        case .none: .none
        }
    }
}

// MARK: The service account

extension KeycloakProvider {
    var users: RealmUsers { RealmUsers(realmURL: settings.adminRealmURL) }

    private func requireDirectory() throws(LoginError) {
        guard settings.directory?.enabled == true else {
            throw LoginError(.notConfigured, detail: "Keycloak: directory is not configured")
        }
    }

    func api(_ tokens: AccessTokenCache) async throws(LoginError) -> DirectoryAPI {
        let token = try await tokens.token(for: "directory", now: context.time.now) {
            () async throws(LoginError) -> AccessGrant in
            let endpoint = try await oidc.relyingParty.metadata().tokenEndpoint
            return try await AccessGrant.clientCredentials(
                at: endpoint, clientID: settings.directory?.clientID ?? settings.clientID,
                authentication: try serviceAuthentication(at: endpoint), context: context)
        }
        return DirectoryAPI(RealmUsers.name, accessToken: token, transport: context.transport) {
            tokens.forget("directory")
        }
    }

    private func serviceAuthentication(at endpoint: URL) throws(LoginError) -> ClientAuthentication {
        guard settings.directory?.clientID != nil, let reference = settings.directory?.clientSecret else {
            return try oidc.authentication(at: endpoint)
        }
        do throws(SettingsError) {
            return .basic(try context.secrets.value(of: reference))
        } catch {
            throw LoginError(.configurationInvalid, detail: "directory.clientSecret: \(error)", underlying: error)
        }
    }
}
