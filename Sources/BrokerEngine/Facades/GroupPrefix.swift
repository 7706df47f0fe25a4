/// What stands before the name of a customer's group when a site is told of it.
///
/// A customer's IdP chooses the names of groups, and JSM gives rights by them: `jira-administrators` must not be one that
/// an IdP can make.
package enum GroupPrefix {
    /// Groups that give rights in Atlassian's products; in lower case, as Jira compares without case.
    private static let powerful = [
        "administrators", "atlassian-addons-admin", "confluence-administrators", "confluence-users",
        "jira-administrators", "jira-core-users", "jira-servicedesk-users", "jira-servicemanagement-users",
        "jira-software-users", "jira-system-administrators", "jira-users", "org-admins", "site-admins",
        "system-administrators",
    ]

    /// Why the text before the first variable of a prefix will not do; nil where it does.
    package static func problem(withLeadingText text: String) -> String? {
        let text = text.lowercased()
        guard powerful.contains(where: { $0.hasPrefix(text) }) else { return nil }
        return "must begin with text that no group with rights in Jira begins with"
    }
}
