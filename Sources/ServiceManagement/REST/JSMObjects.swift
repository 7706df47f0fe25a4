/// A person as JSM's API shows them.
package struct JSMUser: Sendable, Hashable {
    /// What names the person in bodies: an account id on Cloud, a user name on Data Center.
    package var id: String
    /// Nil where JSM does not show it.
    package var email: String?
    package var name: String?
    package var isActive: Bool

    package init(id: String, email: String?, name: String? = nil, isActive: Bool = true) {
        self.id = id
        self.email = email
        self.name = name
        self.isActive = isActive
    }
}

/// An organization of JSM's.
package struct JSMOrganization: Sendable, Hashable {
    package var id: Int64
    package var name: String
    /// Whether Atlassian's own directory keeps it.
    package var isSCIMManaged: Bool

    package init(id: Int64, name: String, isSCIMManaged: Bool = false) {
        self.id = id
        self.name = name
        self.isSCIMManaged = isSCIMManaged
    }
}

/// A service desk of JSM's.
package struct JSMServiceDesk: Sendable, Hashable {
    package var id: Int64
    package var projectKey: String
    package var name: String
}

/// What JSM says of itself.
package struct JSMInfo: Sendable, Hashable {
    package var version: String
}

/// One page of a list.
struct JSMPage<Element: Sendable>: Sendable {
    var values: [Element]
    /// Where the list goes on; nil at its end.
    var next: Int?
}
