// SPDX-License-Identifier: Apache-2.0

/// The calls of the service desk API by which people get access.
enum ProvisioningRoute: Equatable {
    case info
    case serviceDesks
    case organizations
    case members(organization: Int)
    case deskOrganizations(desk: Int)
    case deskCustomers(desk: Int)
    case customer
    /// The platform's search of Cloud.
    case userSearch
    /// The platform's look-up of Data Center.
    case user

    init?(path: String, flavour: MockPortal.Configuration.Flavour) {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.first == "rest" else { return nil }
        switch Array(parts.dropFirst()) {
        case ["servicedeskapi", "info"]: self = .info
        case ["servicedeskapi", "servicedesk"]: self = .serviceDesks
        case ["servicedeskapi", "organization"]: self = .organizations
        case ["servicedeskapi", "customer"]: self = .customer
        case ["api", "3", "user", "search"] where flavour == .cloud: self = .userSearch
        case ["api", "2", "user"] where flavour == .dataCenter: self = .user
        case let parts where parts.count == 4 && parts[0] == "servicedeskapi":
            guard let id = Int(parts[2]) else { return nil }
            switch (parts[1], parts[3]) {
            case ("organization", "user"): self = .members(organization: id)
            case ("servicedesk", "organization"): self = .deskOrganizations(desk: id)
            case ("servicedesk", "customer"): self = .deskCustomers(desk: id)
            default: return nil
            }
        default: return nil
        }
    }
}
