// SPDX-License-Identifier: Apache-2.0

import JOSE

/// What all tenants of one SAML IdP share.
final class SAMLHost: Sendable {
    let configuration: MockSAMLProvider.Configuration
    let tenants: [String: SAMLTenantState]
    let secrets = IssuedSecrets()

    init(_ configuration: MockSAMLProvider.Configuration) throws {
        self.configuration = configuration
        var tenants: [String: SAMLTenantState] = [:]
        for tenant in configuration.tenants { tenants[tenant.name] = try SAMLTenantState(tenant) }
        self.tenants = tenants
    }

    func base(_ tenant: String, port: Int) -> String {
        "\(configuration.tls == nil ? "http" : "https")://\(configuration.hostName):\(port)/saml/\(tenant)"
    }

    func entityID(_ tenant: String, port: Int) -> String {
        tenants[tenant]?.definition.entityID ?? "\(base(tenant, port: port))/metadata"
    }

    /// A fresh identifier of 128 bits, an NCName.
    func identifier() -> String { "_\(Digests.hex(configuration.random(16)))" }
}
