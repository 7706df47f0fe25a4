// SPDX-License-Identifier: Apache-2.0

/// One request that names a portal, in one of the ways in which one can be named.
package struct PortalForm: Sendable, Hashable {
    /// What it does, for a report.
    package let name: String
    package let method: String
    package let target: String
    package let headers: [Header]
    package let body: String?
    /// Whether only the body tells which portal it is about.
    package let isBodyNeeded: Bool

    /// A header field.
    package struct Header: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        name: String, method: String, target: String, headers: [Header] = [], body: String? = nil,
        isBodyNeeded: Bool = false
    ) {
        self.name = name
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.isBodyNeeded = isBodyNeeded
    }
}

/// A portal by all the names that it has.
package struct PortalNames: Sendable, Hashable {
    package var portal: Int
    package var serviceDesk: Int
    package var project: String
    package var requestTypes: [Int]
    /// Where JSM is mounted, such as `/jira`; empty for the root.
    package var contextPath: String

    package init(portal: Int, serviceDesk: Int, project: String, requestTypes: [Int], contextPath: String = "") {
        self.portal = portal
        self.serviceDesk = serviceDesk
        self.project = project
        self.requestTypes = requestTypes
        self.contextPath = contextPath
    }
}
