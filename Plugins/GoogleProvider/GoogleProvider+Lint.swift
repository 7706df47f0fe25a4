public import Broker
import OIDCProvider

extension GoogleProvider {
    /// Compares the settings with what Google says, and tries the group lookup.
    public func lint() async -> [LintFinding] {
        // Its notes say what is known of Google, above all that nobody can be signed out there.
        let below = await oidc.lint().filter { $0.severity != .note }.map { finding in
            let isOurs = Self.form.fields.contains { $0.key == finding.path.first }
            return isOurs ? finding : LintFinding(finding.severity, path: [], text: finding.text)
        }
        return below + [anyWorkspace].compactMap { $0 } + (await groupFindings())
            + (await directoryFindings())
    }

    private var anyWorkspace: LintFinding? {
        guard hostedDomains.isEmpty else { return nil }
        return LintFinding(
            .warning, path: ["hostedDomains"],
            text: "Accounts of every Workspace are admitted; name the customer's domain.")
    }

    /// The administrator's own groups, which the service account must be able to read.
    private func groupFindings() async -> [LintFinding] {
        guard let groups = settings.groups else { return [] }
        // A token from before the change that is being looked at would hide what is wrong.
        let lookup = GroupLookup(
            settings: groups, endpoints: endpoints, accounts: ServiceAccounts(endpoints: endpoints, context: context),
            context: context)
        let person = GroupLookup.Person(subject: groups.subject, address: EmailAddress(groups.subject))
        guard let problem = await lookup.groups(of: person).problem else { return [] }
        return [
            LintFinding(
                .error, path: ["groups"],
                text: "\(problem.detail). Check the key file, the delegation's scope in the admin console, and that "
                    + "the administrator may read groups.")
        ]
    }
}
