import Broker
import OpenIDConnect

/// What a verified access token says about roles.
enum RoleReader {
    /// The wanted roles.
    ///
    /// Keycloak leaves a claim out where there is nothing to say, and where the client's scope or a lightweight token
    /// has no roles at all; nobody can tell the two apart, so a claim that is absent is not an empty list.
    static func roles(_ wanted: KeycloakProvider.Settings.Roles, in claims: ClaimSet) -> GroupSet {
        let parts: [[String]?] =
            switch wanted {
            case .realm: [realmRoles(claims)]
            case .client: [clientRoles(claims)]
            case .both: [realmRoles(claims), clientRoles(claims)]
            case .none: []
            }
        return GroupSet(
            parts.flatMap { $0 ?? [] }, completeness: parts.contains { $0 == nil } ? .failed : .complete)
    }

    private static func realmRoles(_ claims: ClaimSet) -> [String]? {
        claims.object("realm_access")?.strings("roles")?.map(GroupNames.realmRole)
    }

    private static func clientRoles(_ claims: ClaimSet) -> [String]? {
        guard let clients = claims.object("resource_access") else { return nil }
        var roles: [String] = []
        for client in clients.names {
            guard let names = clients.object(client)?.strings("roles") else { return nil }
            roles += names.map { GroupNames.clientRole($0, of: client) }
        }
        return roles
    }
}
