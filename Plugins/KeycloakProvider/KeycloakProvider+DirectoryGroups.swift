public import Broker
import Foundation
import OpenIDConnect

extension KeycloakProvider: GroupSource {
    /// The person's groups and roles, asked of the realm's administration.
    public func groups(of identity: VerifiedIdentity) async -> GroupSet {
        guard settings.directory?.enabled == true, readsGroups,
            RealmUsers.isIdentifier(identity.subject.subject)
        else { return .unsupported }
        do throws(LoginError) {
            return await directoryGroups(of: identity.subject.subject, try await api(tokens)).set
        } catch {
            return GroupSet([], completeness: .failed)
        }
    }
}

extension KeycloakProvider {
    /// Whether a login makes groups of anything that the administration can tell.
    var readsGroups: Bool { settings.groupsClaim != nil || settings.roles != .none }

    /// Groups under the names that a login gives them, and why they are not all.
    ///
    /// Roles of clients can be listed only client by client, and where `groupsClaim` is not named nobody knows whether
    /// a login brings groups; in both cases the set stays incomplete.
    func directoryGroups(of id: String, _ api: DirectoryAPI) async -> (set: GroupSet, problem: LoginError?) {
        do throws(LoginError) {
            let groups = settings.groupsClaim == nil ? [] : try await groups(of: id, api)
            let honest = GroupNames.unmistakable(GroupSet(groups, completeness: .complete))
            let roles = readsRealmRoles ? try await realmRoles(of: id, api) : []
            let isWhole = settings.groupsClaim != nil && (settings.roles == .none || settings.roles == .realm)
            return (
                GroupSet(
                    honest.values + roles,
                    completeness: isWhole || honest.completeness != .complete ? honest.completeness : .unsupported),
                nil
            )
        } catch {
            return (GroupSet([], completeness: .failed), error)
        }
    }

    private var readsRealmRoles: Bool { settings.roles == .realm || settings.roles == .both }

    private func groups(of id: String, _ api: DirectoryAPI) async throws(LoginError) -> [String] {
        let key = settings.directory?.groupForm == .name ? "name" : "path"
        var found: [String] = []
        for _ in 0..<RealmUsers.groupPages {
            let page = try await api.objects(at: try users.groups(of: id, from: found.count))
            found += try Self.texts(page, key)
            if page.count < RealmUsers.groupPageSize { return found }
        }
        throw LoginError(.upstreamInvalid, detail: "Keycloak users: more than \(RealmUsers.groupPages) pages of groups")
    }

    private func realmRoles(of id: String, _ api: DirectoryAPI) async throws(LoginError) -> [String] {
        try Self.texts(try await api.objects(at: try users.realmRoles(of: id)), "name").map(GroupNames.realmRole)
    }

    private static func texts(_ entries: [ClaimSet], _ key: String) throws(LoginError) -> [String] {
        let texts = entries.compactMap { $0.string(key) }.filter { !$0.isEmpty }
        guard texts.count == entries.count else {
            throw LoginError(.upstreamInvalid, detail: "Keycloak users: a group or role without \(key)")
        }
        return texts
    }
}
