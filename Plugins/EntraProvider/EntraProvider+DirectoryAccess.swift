import Broker
import Foundation
import OIDCProvider
import OpenIDConnect

extension EntraProvider {
    /// An address of ours at Graph.
    func place(_ path: String) throws(LoginError) -> URL {
        try graph.destination(graph.origin.absoluteString + path)
    }

    /// The address of a scan's next page: Graph's own origin, and nothing but people's changes.
    func place(of scan: TenantScan) throws(LoginError) -> URL {
        guard let link = scan.link else { return try place(GraphUsers.start) }
        guard let url = try? graph.destination(link), GraphUsers.isDelta(url) else {
            throw DirectoryCursor.refused("leads away from Graph's users")
        }
        return url
    }

    func requireDelta(_ link: GraphUsers.Link) throws(LoginError) {
        let text =
            switch link {
            case .next(let url), .delta(let url): url
            }
        guard GraphUsers.isDelta(try graph.destination(text)) else {
            throw LoginError(.upstreamInvalid, detail: "Graph users: the next page is not one of users")
        }
    }

    func configuredDirectory() throws(LoginError) -> Settings.Directory {
        guard let directory = settings.directory, directory.enabled else {
            throw LoginError(.notConfigured, detail: "Entra ID: directory is not configured")
        }
        return directory
    }

    func api(_ tenant: String, _ tokens: AccessTokenCache) async throws(LoginError) -> DirectoryAPI {
        DirectoryAPI(
            GraphUsers.name, accessToken: try await accessToken(tenant, tokens), transport: context.transport
        ) { tokens.forget(tenant) }
    }

    /// A token of the application itself in one tenant: of that tenant's own endpoint, so that it is for no other.
    func accessToken(
        _ tenant: String, _ tokens: AccessTokenCache
    ) async throws(LoginError) -> Secret<String> {
        try await tokens.token(for: tenant, now: context.time.now) { () async throws(LoginError) -> AccessGrant in
            guard let endpoint = URL(string: "\(settings.loginURL)/\(tenant)/oauth2/v2.0/token") else {
                throw LoginError(.configurationInvalid, detail: "tenants make no token endpoint")
            }
            return try await AccessGrant.clientCredentials(
                at: endpoint, clientID: settings.clientID, authentication: try oidc.authentication(at: endpoint),
                scope: settings.graphURL + "/.default", context: context)
        }
    }
}
