import Broker
import OpenIDConnect

extension EntraProvider {
    static let directoryAdvice =
        "Grant the application permission User.Read.All (and GroupMember.Read.All for groups) to the app registration, "
        + "with an administrator's consent in that tenant."

    /// One person of every tenant, as the connection would ask for all.
    func directoryFindings() async -> [LintFinding] {
        guard settings.directory?.enabled == true else { return [] }
        var findings: [LintFinding] = []
        for tenant in settings.directoryTenants {
            do throws(LoginError) {
                try await probe(tenant)
            } catch {
                var finding = DirectoryAPI.finding(error, granting: Self.directoryAdvice)
                finding.text = "Tenant \(tenant): \(finding.text)"
                findings.append(finding)
            }
        }
        return findings
    }

    /// With a token made now: one from before a change would hide what is wrong.
    private func probe(_ tenant: String) async throws(LoginError) {
        let tokens = AccessTokenCache()
        let api = try await api(tenant, tokens)
        let people = try await api.object(at: try place(GraphUsers.anybody)).objects("value") ?? []
        guard let id = try people.first.map(GraphUsers.id) else {
            throw LoginError(.upstreamInvalid, detail: "Graph users: lists nobody")
        }
        guard case .found(let person) = try await api.lookUp(try place(GraphUsers.one(id))),
            GraphUsers.status(person) != .unknown
        else {
            throw LoginError(
                .upstreamError, detail: "Graph users: accountEnabled is not told", rule: DirectoryAPI.permission)
        }
        guard settings.directory?.groups == true else { return }
        if let cause = await graph.groups(accessToken: try await accessToken(tenant, tokens), of: id).cause {
            throw LoginError(.upstreamError, detail: cause.detail, rule: DirectoryAPI.permission)
        }
    }
}
