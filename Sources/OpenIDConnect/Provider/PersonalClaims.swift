package import JOSE

/// Which of a person's values a client gets, by scope (OpenID Connect Core 5.4).
package struct PersonalClaims: Sendable {
    /// How groups are told.
    package struct Groups: Sendable {
        /// The claim.
        package let claim: String
        /// What every group begins with.
        package let prefix: ClaimTemplate

        package init(claim: String, prefix: ClaimTemplate) {
            self.claim = claim
            self.prefix = prefix
        }
    }

    /// What is known of a person.
    package struct Person: Sendable {
        /// The values of the templates' variables.
        package var values: [String: [String]]
        /// All of the person's groups; nil where not all are known.
        package var groups: [String]?

        package init(values: [String: [String]], groups: [String]?) {
            self.values = values
            self.groups = groups
        }
    }

    private let extra: [String: ClaimTemplate]
    private let groups: Groups?

    /// Names that are told in one way only.
    package static let fixed: Set<String> = ["preferred_username", "email", "email_verified"]

    /// - Parameter extra: Further claims of the scope `profile`, by name.
    package init(extra: [String: ClaimTemplate] = [:], groups: Groups? = nil) {
        self.extra = extra
        self.groups = groups
    }

    /// The scopes that lead to something.
    package var scopes: [String] { ["openid", "profile", "email"] + (groups == nil ? [] : ["groups"]) }

    /// The claims that there may be, sorted.
    package var names: [String] {
        (Self.fixed.union(extra.keys).union(["name"]).union(groups.map { [$0.claim] } ?? [])).sorted()
    }

    /// The claims of some scopes.
    package func object(_ scopes: [String], of person: Person) -> JSONObject {
        var claims = JSONObject()
        if scopes.contains("profile") {
            claims["preferred_username"] = Self.one(person.values["portal_name"])
            claims["name"] = Self.one(person.values["name"])
            for (name, template) in extra.sorted(by: { $0.key < $1.key }) {
                claims[name] = Self.one(template.values(person.values))
            }
        }
        if scopes.contains("email"), let email = Self.one(person.values["email"]) {
            claims["email"] = email
            // The engine takes no address that nobody vouches for, and none outside the organization's own domains.
            claims["email_verified"] = true
        }
        if scopes.contains("groups"), let groups { claims[groups.claim] = told(groups, of: person) }
        return claims
    }

    /// All of them or nothing: a JSM that reads groups takes a person out of every group that is not named.
    ///
    /// Each has the prefix, so that no IdP can name a group of the JSM's own.
    private func told(_ rule: Groups, of person: Person) -> JSONValue? {
        guard let groups = person.groups, let prefix = rule.prefix.values(person.values)?.first, !prefix.isEmpty else {
            return nil
        }
        return .array(groups.map { .string(prefix + $0) })
    }

    private static func one(_ values: [String]?) -> JSONValue? {
        guard let values, let first = values.first else { return nil }
        return values.count == 1 ? .string(first) : .array(values.map { .string($0) })
    }
}
