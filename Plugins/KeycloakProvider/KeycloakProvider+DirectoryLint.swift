import Broker
import OpenIDConnect

extension KeycloakProvider {
    static let directoryAdvice =
        "Switch the client's service account on, and give it the client role view-users of realm-management under "
        + "Service account roles."

    /// One person of the realm, as the connection would ask for all, with a token made now.
    func directoryFindings() async -> [LintFinding] {
        guard settings.directory?.enabled == true else { return [] }
        do throws(LoginError) {
            let api = try await api(AccessTokenCache())
            guard let person = try await api.objects(at: try users.page(from: 0, size: 1)).first else {
                // Keycloak leaves out whom the account may not see, rather than refusing.
                throw LoginError(
                    .upstreamError, detail: "Keycloak users: lists nobody", rule: DirectoryAPI.permission)
            }
            let id = try DirectoryEntry.identifier(person.string("id"), RealmUsers.name)
            if readsGroups, let problem = await directoryGroups(of: id, api).problem { throw problem }
            return []
        } catch {
            return [DirectoryAPI.finding(error, granting: Self.directoryAdvice)]
        }
    }
}
