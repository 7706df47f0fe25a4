// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import FrontConformance

/// The mock's portals 3, 5 and 7, as a site with rules lists them.
enum AccessSite {
    static let three = PortalNames(portal: 3, serviceDesk: 3, project: "SUP", requestTypes: [25, 26])
    static let five = PortalNames(portal: 5, serviceDesk: 5, project: "ACC", requestTypes: [41, 42])
    static let seven = PortalNames(portal: 7, serviceDesk: 7, project: "SEC", requestTypes: [71])
    static let names = [three, five, seven]

    /// Portals, each in a mode.
    static func portals(
        _ third: BrokerModel.Portal.Mode = .standard, _ fifth: BrokerModel.Portal.Mode = .standard,
        _ seventh: BrokerModel.Portal.Mode = .standard
    ) -> [BrokerModel.Portal] {
        [
            .init(id: 3, name: "Product support", project: "SUP", requestTypes: [25, 26], mode: third),
            .init(id: 5, name: "Accounts and billing", project: "ACC", requestTypes: [41, 42], mode: fifth),
            .init(id: 7, name: "Security desk", project: "SEC", requestTypes: [71], mode: seventh),
        ]
    }

    /// Listed, and open to whoever is signed in.
    static let open: @Sendable (inout Site) -> Void = { $0.portals = portals() }

    /// Everybody of Acme sees 3 and 5, and not 7.
    static let threeNotSeven: @Sendable (inout Site) -> Void = { site in
        site.portals = portals()
        site.access = SiteAccess(
            rules: [PortalRule(AccessRule("acme-not-security", .deny, .organization("acme")), portals: [7])])
    }

    /// Portals in mode `default` under a policy, with rules.
    static func ruled(
        _ policy: SiteAccess.Policy, _ rules: [PortalRule]
    ) -> @Sendable (inout Site) -> Void {
        { site in
            site.portals = portals()
            site.access = SiteAccess(policy: policy, rules: rules)
        }
    }
}
