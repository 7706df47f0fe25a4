public import Broker
public import Foundation
import HTTPTypes
import OIDCProvider
import OpenIDConnect

extension EntraProvider: DirectorySource {
    /// One page of one tenant's people; after the last page of the last tenant, what changed since.
    public func changes(since cursor: Data?) async throws(LoginError) -> DirectoryPage {
        let directory = try configuredDirectory()
        var scan = try TenantScan(cursor, tenants: settings.directoryTenants)
        let now = context.time.now
        let isDue = try scan.isDue(now: now) && directory.groups == true
        if scan.link == nil || isDue { scan.startOver(now: now) }
        let api = try await api(scan.tenant, tokens)
        let size = directory.groups == true ? GraphUsers.pageSizeWithGroups : GraphUsers.pageSize
        let response = try await api.response(at: try place(of: scan), prefer: "odata.maxpagesize=\(size)")
        if response.status.code == 410, scan.link != nil {
            // Graph: the link is too old, and only everybody says what changed.
            scan.startOver(now: now)
            return DirectoryPage(people: [], cursor: scan.data, hasMore: true)
        }
        let page = try GraphUsers.read(try Wire.jsonObject(response, of: GraphUsers.name))
        try requireDelta(page.link)
        var people: [DirectoryPerson] = []
        for entry in page.people { people.append(try await person(entry, in: scan.tenant, api, directory)) }
        try scan.advance(to: page.link)
        return DirectoryPage(people: people, cursor: scan.data, hasMore: scan.hasMore)
    }

    /// What the person's own tenant says.
    public func status(of subject: SubjectKey) async throws(LoginError) -> DirectoryStatus {
        _ = try configuredDirectory()
        guard subject.connection == oidc.id, let tenant = subject.tenant, settings.directoryTenants.contains(tenant),
            subject.issuer == issuers.issuer(of: tenant), let id = GUIDText.canonical(subject.subject),
            id == subject.subject
        else { return .unknown }
        return try await status(of: id, try await api(tenant, tokens))
    }

    private func status(of id: String, _ api: DirectoryAPI) async throws(LoginError) -> DirectoryStatus {
        switch try await api.lookUp(try place(GraphUsers.one(id))) {
        case .found(let person):
            return try GraphUsers.id(person) == id ? GraphUsers.status(person) : .unknown
        case .missing(let body):
            guard GraphUsers.saysNotFound(body) else { return .unknown }
            // The same token has to list this tenant's people, or it says nothing that one of them is missing.
            let anybody = try await api.object(at: try place(GraphUsers.anybody))
            return anybody.objects("value")?.isEmpty == false ? .gone : .unknown
        }
    }
}

extension EntraProvider: GroupSource {
    /// The person's groups, asked as the application itself.
    public func groups(of identity: VerifiedIdentity) async -> GroupSet {
        guard settings.directory?.enabled == true, settings.directory?.groups == true else { return .unsupported }
        guard let tenant = identity.subject.tenant, settings.directoryTenants.contains(tenant),
            let id = GUIDText.canonical(identity.subject.subject)
        else { return .unsupported }
        do throws(LoginError) {
            return await graph.groups(accessToken: try await accessToken(tenant, tokens), of: id).groups
        } catch {
            return GroupSet([], completeness: .failed)
        }
    }
}

// MARK: People

extension EntraProvider {
    /// A person of a page.
    ///
    /// A page may say only what changed; then the person is asked for whole. `@removed` with the reason `deleted` is
    /// the end of an account, whereas `changed` is one that can be brought back: Graph is asked which it is now.
    private func person(
        _ entry: ClaimSet, in tenant: String, _ api: DirectoryAPI, _ directory: Settings.Directory
    ) async throws(LoginError) -> DirectoryPerson {
        let id = try GraphUsers.id(entry)
        if entry.contains("@removed") {
            let reason = entry.object("@removed")?.string("reason")
            let status: DirectoryStatus =
                switch reason {
                case "deleted": .gone
                case "changed": try await status(of: id, api)
                default: .unknown
                }
            return DirectoryPerson(subject: try key(id, tenant), status: status)
        }
        guard !entry.contains("accountEnabled") else { return try await whole(entry, id, tenant, directory) }
        guard case .found(let person) = try await api.lookUp(try place(GraphUsers.one(id))),
            try GraphUsers.id(person) == id
        else { return DirectoryPerson(subject: try key(id, tenant), status: .unknown) }
        return try await whole(person, id, tenant, directory)
    }

    private func whole(
        _ entry: ClaimSet, _ id: String, _ tenant: String, _ directory: Settings.Directory
    ) async throws(LoginError) -> DirectoryPerson {
        let isOwned = settings.emailEvidence == .tenantOwnsDomain
        let mail = entry.string("mail")
        var person = DirectoryEntry.person(
            try key(id, tenant), GraphUsers.status(entry), address: mail ?? entry.string("userPrincipalName"),
            evidence: { _ in isOwned && mail != nil ? .tenantOwnsDomain : .none }, name: entry.string("displayName"))
        guard directory.groups == true, person.status == .active else { return person }
        let answer = await graph.groups(accessToken: try await accessToken(tenant, tokens), of: id)
        try DirectoryEntry.unknownGroups(answer.cause)
        person.groups = answer.groups
        return person
    }

    /// As a login keys the person: `tid` and `oid`.
    private func key(_ id: String, _ tenant: String) throws(LoginError) -> SubjectKey {
        guard let issuer = issuers.issuer(of: tenant) else {
            throw LoginError(.issuerMismatch, detail: "Graph users: a tenant that is not configured")
        }
        return SubjectKey(connection: oidc.id, issuer: issuer, tenant: tenant, subject: id)
    }
}
