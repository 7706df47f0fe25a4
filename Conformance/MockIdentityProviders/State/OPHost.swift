// SPDX-License-Identifier: Apache-2.0

import JOSE

/// What all tenants of one provider share.
final class OPHost: Sendable {
    let configuration: MockOpenIDProvider.Configuration
    let tenants: [String: OPTenantState]
    let secrets = IssuedSecrets()
    private let profiled: [OPTenantState]

    init(_ configuration: MockOpenIDProvider.Configuration) throws {
        self.configuration = configuration
        var tenants: [String: OPTenantState] = [:]
        for tenant in configuration.tenants {
            tenants[tenant.name] = try OPTenantState(tenant, secrets: secrets, random: configuration.random)
        }
        self.tenants = tenants
        profiled = configuration.tenants.compactMap { $0.profile == nil ? nil : tenants[$0.name] }
    }

    func issuer(_ tenant: String, port: Int) -> String {
        tenants[tenant]?.definition.profile?.issuer ?? plainIssuer(tenant, port: port)
    }

    private func plainIssuer(_ tenant: String, port: Int) -> String {
        "\(configuration.tls == nil ? "http" : "https")://\(configuration.hostName):\(port)/op/\(tenant)"
    }

    /// The vendor that listens at this host and path.
    ///
    /// An exact path is preferred to one that stands for many.
    func route(_ host: String, _ path: String) -> (tenant: OPTenantState, route: OPRoute)? {
        var found: (tenant: OPTenantState, route: OPRoute)?
        for tenant in profiled {
            for route in tenant.definition.profile?.routes ?? [] where route.matches(host, path) {
                if route.path.last != "*" { return (tenant, route) }
                if found.map({ $0.route.path.utf8.count < route.path.utf8.count }) ?? true { found = (tenant, route) }
            }
        }
        return found
    }

    /// A fresh unguessable value of 256 bits.
    func secret(_ kind: IssuedSecret.Kind) -> String {
        let value = Base64URL.encode(configuration.random(32))
        secrets.record(kind, value)
        return value
    }
}
