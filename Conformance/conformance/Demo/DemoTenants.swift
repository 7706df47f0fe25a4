// SPDX-License-Identifier: Apache-2.0

import JOSE
import MockIdentityProviders

/// Who can sign in at the demo's identity providers.
enum DemoTenants {
    /// The tenants, each with one client that knows every callback.
    static func all(client: OPClient, autoLogin: Bool, offersFaults: Bool) -> [OPTenant] {
        let tenants = [
            OPTenant(name: "acme", title: "Acme staff sign-in", clients: [client], users: [alice, bob]),
            OPTenant(
                name: "acme-contractors", title: "Acme contractor sign-in", clients: [client],
                users: [dora, contractedAlice]),
            OPTenant(
                name: "globex", title: "Globex sign-in", clients: [client], users: [carol], algorithm: .es256),
        ]
        return tenants.map { tenant in
            var tenant = tenant
            (tenant.autoLogin, tenant.offersFaults) = (autoLogin, offersFaults)
            return tenant
        }
    }

    /// The SAML IdP's, which knows the broker's connections.
    static func saml(_ options: MockOptions) -> [SAMLTenant] {
        let carol = SAMLUser(
            userName: "carol", id: "globex-3001", email: "carol@globex.example", name: "Carol Clark",
            groups: ["customers"])
        return [
            SAMLTenant(
                name: "globex", title: "Globex SAML sign-in", profile: .okta,
                serviceProviders: options.serviceProviders, users: [carol], autoLogin: options.autoLogin,
                offersFaults: options.faults)
        ]
    }

    private static let alice = OPUser(
        userName: "alice", sub: "acme-1001", email: "alice@acme.example", name: "Alice Archer",
        groups: ["staff", "support"])
    private static let bob = OPUser(
        userName: "bob", sub: "acme-1002", email: "bob@acme.example", name: "Bob Baker", groups: ["staff"])
    private static let dora = OPUser(
        userName: "dora", sub: "contractor-2001", email: "dora@acme.example", name: "Dora Drake",
        groups: ["contractors"])
    /// The same address at another of the organization's IdPs: the picker's case, and the linking rule's.
    private static let contractedAlice = OPUser(
        userName: "alice-c", sub: "contractor-2002", email: "alice@acme.example", name: "Alice Archer (contractor)",
        groups: ["contractors"])
    private static let carol = OPUser(
        userName: "carol", sub: "globex-3001", email: "carol@globex.example", name: "Carol Clark",
        groups: ["customers"])
}
