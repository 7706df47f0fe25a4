public import Broker
public import Foundation
import OIDCProvider
import OpenIDConnect

extension GoogleProvider: DirectorySource {
    /// One page of the Workspace's people, then of those who were deleted in the last weeks.
    ///
    /// Google tells no changes: after the last page the next call begins again.
    public func changes(since cursor: Data?) async throws(LoginError) -> DirectoryPage {
        let directory = try configuredDirectory()
        var scan = try DirectoryCursor(cursor, scope: Self.scope(of: directory, at: endpoints))
        let isOfDeleted = scan.values["phase"] == "deleted"
        let size = settings.groups == nil ? PeopleList.pageSize : PeopleList.pageSizeWithGroups
        let token = scan.values["token"]
        let page = try PeopleList.read(
            try await api(directory, accounts).object(
                at: try Wire.url(
                    endpoints.directoryUsers,
                    adding: PeopleList.query(
                        .init(isOfDeleted: isOfDeleted, domain: directory.domain, size: size, token: token)))),
            atMost: size)
        guard page.next == nil || page.next != token else {
            throw LoginError(.upstreamInvalid, detail: "Google users: a page names itself as the next one")
        }
        var people: [DirectoryPerson] = []
        for entry in page.people { people.append(try await person(entry, isDeleted: isOfDeleted)) }
        let isLast = page.next == nil && isOfDeleted
        try scan.countPage()
        scan.values["token"] = page.next
        scan.values["phase"] = isOfDeleted || page.next == nil ? "deleted" : nil
        if isLast { scan.values = [:] }
        return DirectoryPage(people: people, cursor: scan.data, hasMore: !isLast)
    }

    /// What Google says about one person.
    public func status(of subject: SubjectKey) async throws(LoginError) -> DirectoryStatus {
        let directory = try configuredDirectory()
        guard subject.connection == oidc.id, subject.issuer == endpoints.issuer, subject.tenant == nil,
            subject.subject.wholeMatch(of: /[0-9A-Za-z]{1,255}/) != nil
        else { return .unknown }
        let api = try await api(directory, accounts)
        let place = endpoints.directoryUsers.appending(path: subject.subject)
        switch try await api.lookUp(try Wire.url(place, adding: PeopleList.lookUpQuery)) {
        case .found(let person):
            return person.string("id") == subject.subject ? PeopleList.status(person) : .unknown
        case .missing(let body):
            guard PeopleList.saysNotFound(body) else { return .unknown }
            return try await isEverybodyListed(by: api) ? .gone : .unknown
        }
    }

    /// Whether whoever signs in by this connection is in the Workspace that the service account sees: every admitted
    /// domain is one of its domains, and nobody else is admitted.
    ///
    /// People of another Workspace are not found either, and have not left.
    private func isEverybodyListed(by api: DirectoryAPI) async throws(LoginError) -> Bool {
        guard !settings.allowConsumerAccounts, !hostedDomains.isEmpty else { return false }
        for domain in hostedDomains {
            let query = PeopleList.query(.init(isOfDeleted: false, domain: domain.ascii, size: 1, token: nil))
            let url = try Wire.url(endpoints.directoryUsers, adding: query)
            guard case .found(let page) = try await api.lookUp(url) else { return false }
            guard try !PeopleList.read(page, atMost: 1).people.isEmpty else { return false }
        }
        return true
    }
}

// MARK: People

extension GoogleProvider {
    private func person(_ entry: ClaimSet, isDeleted: Bool) async throws(LoginError) -> DirectoryPerson {
        let id = try DirectoryEntry.identifier(entry.string("id"), PeopleList.name)
        var person = DirectoryEntry.person(
            SubjectKey(connection: oidc.id, issuer: endpoints.issuer, subject: id),
            isDeleted ? PeopleList.deletedStatus(entry) : PeopleList.status(entry),
            address: entry.string("primaryEmail"),
            // A Workspace gives out addresses only in domains that it has shown to be its own.
            evidence: { hostedDomains.contains($0.domain) ? .tenantOwnsDomain : .idpVerified },
            name: entry.object("name")?.string("fullName"))
        guard let groups = settings.groups, person.status == .active else { return person }
        let result = await lookup(groups).groups(of: .init(subject: id, address: person.email?.address))
        try DirectoryEntry.unknownGroups(result.problem)
        person.groups = result.set
        return person
    }

    private func configuredDirectory() throws(LoginError) -> Settings.Directory {
        guard let directory = settings.directory else {
            throw LoginError(.notConfigured, detail: "Google: directory is not configured")
        }
        return directory
    }

    private static func scope(of directory: Settings.Directory, at endpoints: Endpoints) -> String {
        "google \(endpoints.issuer) \(directory.subject) \(directory.domain ?? "*")"
    }

    func api(
        _ directory: Settings.Directory, _ accounts: ServiceAccounts
    ) async throws(LoginError) -> DirectoryAPI {
        let token = try await accounts.accessToken(
            of: directory.serviceAccount, named: "directory.serviceAccount", actingFor: directory.subject,
            scope: PeopleList.scope)
        return DirectoryAPI(PeopleList.name, accessToken: token, transport: context.transport) {
            accounts.forget(directory.serviceAccount, actingFor: directory.subject, scope: PeopleList.scope)
        }
    }
}
