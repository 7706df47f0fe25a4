/// What stands before the name of a customer's group when a site is told of it.
///
/// A customer's IdP chooses the names of groups, and JSM gives rights by them: neither `jira-administrators` nor a group of
/// another organization must be one that an IdP can make.
package enum GroupPrefix {
    /// What groups that give rights in Atlassian's products are called, or begin with; in lower case, as Jira compares
    /// without case.
    private static let powerful = [
        "administrators", "atlassian-", "confluence-", "jira-", "org-admins", "site-admins", "system-administrators",
    ]

    private static let organization = "${organization}"

    /// Why a prefix as configured will not do; nil where it does.
    package static func problem(in prefix: String) -> String? {
        guard let place = prefix.firstRange(of: organization) else {
            return "must hold ${organization}, so that no organization's IdP names a group of another's"
        }
        let leading = prefix[..<place.lowerBound].lowercased()
        if leading.isEmpty || powerful.contains(where: { $0.hasPrefix(leading) || leading.hasPrefix($0) }) {
            return "must begin with text that no group with rights in Jira begins with"
        }
        // `acme` with a group `eu-staff` would else be `acme-eu` with a group `staff`.
        guard let next = prefix[place.upperBound...].unicodeScalars.first, !mayBeInName(next) else {
            return "must have a character after ${organization} that no organization's id can have, such as a colon"
        }
        return nil
    }

    /// Names that say which groups somebody is in: only the rule for groups may tell them.
    package static func isGroupName(_ name: String) -> Bool {
        let plain = name.lowercased().filter { $0.isLetter }
        return ["group", "groups", "role", "roles", "memberof", "ismemberof"].contains(plain)
            || name.lowercased().hasSuffix("/claims/groups") || name.lowercased().hasSuffix("/claims/role")
    }

    private static func mayBeInName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
        default: false
        }
    }
}
