package import Broker
package import BrokerModel

/// A way past the gate that configuration leaves open.
package struct OpenDoor: Sendable, Hashable {
    /// What it is.
    package var text: String
    /// How to close it.
    package var advice: String

    /// Those of a site, in the order in which they matter.
    package static func all(
        of site: Site, organizations: [Organization], glasses: [BreakGlass], at now: Timestamp
    ) -> [OpenDoor] {
        emergency(glasses, at: now) + observed(site, organizations, at: now) + closures(site) + lanes(site)
            + paths(site)
    }

    private static func emergency(_ glasses: [BreakGlass], at now: Timestamp) -> [OpenDoor] {
        glasses.filter { $0.isOpen(at: now) }.map { glass in
            OpenDoor(
                text: "\(glass.operatorName) opened the site until \(glass.expiresAt.rfc3339): \(glass.reason)",
                advice: "vestibule break-glass close \(glass.reference.displayed)")
        }
    }

    private static func observed(_ site: Site, _ organizations: [Organization], at now: Timestamp) -> [OpenDoor] {
        var doors: [OpenDoor] = []
        if !site.access.enforcement.isEnforced(at: now) {
            doors.append(
                OpenDoor(
                    text: "the site only observes: requests without a session pass",
                    advice: "set access.enforcement to enforce"))
        }
        for portal in site.portals where portal.enforcement?.isEnforced(at: now) == false {
            doors.append(
                OpenDoor(
                    text: "portal \(portal.id) (\(portal.name)) only observes its rules",
                    advice: "set the portal's enforcement to enforce"))
        }
        for organization in organizations
        where site.admits(organization.id) && organization.enforcement?.isEnforced(at: now) == false {
            doors.append(
                OpenDoor(
                    text: "rules are only observed for organization \(organization.id)",
                    advice: "set the organization's enforcement to enforce"))
        }
        return doors
    }

    private static func closures(_ site: Site) -> [OpenDoor] {
        guard !site.access.isSSOOnly else { return [] }
        return [
            OpenDoor(
                text: "JSM's own sign-up, password sign-in, user search and agents' pages are open to customers",
                advice: "set access.ssoOnly to true")
        ]
    }

    private static func lanes(_ site: Site) -> [OpenDoor] {
        let staff = site.access.staff.networks.map(\.description).sorted().map { network in
            OpenDoor(
                text: "requests from \(network) pass without a session, to JSM's own sign-in",
                advice: "take the network out of access.staff.networks, or give staff a connection of their own")
        }
        let machines = site.access.machines.map { machine in
            OpenDoor(
                text: "machine \(machine.name) passes with its credential from "
                    + machine.networks.map(\.description).sorted().joined(separator: ", "),
                advice: "take it out of access.machines once nothing uses it")
        }
        return staff + machines
    }

    private static func paths(_ site: Site) -> [OpenDoor] {
        site.publicPaths.map { path in
            OpenDoor(
                text: "\(path) can be read without a session", advice: "take it out of publicPaths unless pages need it"
            )
        }
    }
}
