// SPDX-License-Identifier: Apache-2.0

/// Names of the headers through which a front tells who is there.
package struct IdentityHeaders: Sendable, Equatable {
    package var user: String
    package var email: String
    package var groups: String
    package var organization: String

    /// The `X-Vestibule-` set unless told otherwise.
    package init(
        user: String = "X-Vestibule-User", email: String = "X-Vestibule-Email", groups: String = "X-Vestibule-Groups",
        organization: String = "X-Vestibule-Organization"
    ) {
        self.user = user
        self.email = email
        self.groups = groups
        self.organization = organization
    }
}

/// Who a request comes from, as far as the portal believes it.
struct Visitor: Equatable {
    let user: String
    let email: String
    let groups: String
    let organization: String
    /// The name of a signed-in customer; nil where headers say who it is.
    var displayName: String?

    /// Nil is anonymous: headers ignored, absent, empty or ambiguous.
    static func of(_ request: ReceivedRequest, under identity: MockPortal.Configuration.Identity) -> Visitor? {
        guard case .trustedHeaders(let names) = identity else { return nil }
        func only(_ name: String) -> String {
            let values = request.values(name)
            return values.count == 1 ? (values[0].removingPercentEncodingOrSame) : ""
        }
        let user = only(names.user)
        guard !user.isEmpty else { return nil }
        return Visitor(
            user: user, email: only(names.email), groups: only(names.groups), organization: only(names.organization))
    }
}
