// SPDX-License-Identifier: Apache-2.0

import JOSE

/// What all tenants of one provider share.
final class OPHost: Sendable {
    let configuration: MockOpenIDProvider.Configuration
    let tenants: [String: OPTenantState]
    let secrets = IssuedSecrets()

    init(_ configuration: MockOpenIDProvider.Configuration) throws {
        self.configuration = configuration
        var tenants: [String: OPTenantState] = [:]
        for tenant in configuration.tenants { tenants[tenant.name] = try OPTenantState(tenant, secrets: secrets) }
        self.tenants = tenants
    }

    func issuer(_ tenant: String, port: Int) -> String {
        "\(configuration.tls == nil ? "http" : "https")://\(configuration.hostName):\(port)/op/\(tenant)"
    }

    /// A fresh unguessable value of 256 bits.
    func secret(_ kind: IssuedSecret.Kind) -> String {
        let value = Base64URL.encode(configuration.random(32))
        secrets.record(kind, value)
        return value
    }
}
