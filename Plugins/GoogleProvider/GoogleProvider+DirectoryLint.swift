import Broker
import OpenIDConnect

extension GoogleProvider {
    /// One person of the list, as the connection would ask for all.
    func directoryFindings() async -> [LintFinding] {
        guard let directory = settings.directory else { return [] }
        do throws(LoginError) {
            let api = try await api(directory, ServiceAccounts(endpoints: endpoints, context: context))
            let query = PeopleList.query(.init(isOfDeleted: false, domain: directory.domain, size: 1, token: nil))
            let url = try Wire.url(endpoints.directoryUsers, adding: query)
            let page = try PeopleList.read(try await api.object(at: url), atMost: 1)
            guard page.people.isEmpty else { return [] }
            return [LintFinding(.warning, path: ["directory"], text: "Google lists nobody; is it the right Workspace?")]
        } catch {
            return [
                DirectoryAPI.finding(
                    error,
                    granting: "Enable the Admin SDK API, delegate \(PeopleList.scope) to the service account in the "
                        + "admin console, and give the administrator the privilege to read users.")
            ]
        }
    }
}
