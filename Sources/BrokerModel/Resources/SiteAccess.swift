package import Broker

/// Who may do what at a site, beyond being signed in.
package struct SiteAccess: Sendable, Hashable, Codable {
    /// What a portal in mode `default` does with somebody about whom no rule says anything.
    package enum Policy: String, Sendable, Codable, CaseIterable { case allow, deny }

    /// What no rule decides.
    package var policy: Policy
    /// The rules; deny wins, whatever the order.
    package var rules: [PortalRule]
    /// Whether JSM's own ways in are closed: sign-up, password login, user search, agents' pages.
    package var isSSOOnly: Bool
    /// Whether the site refuses, or only counts.
    package var enforcement: Enforcement
    /// People who work on tickets.
    package var staff: StaffLane
    /// Programs that call JSM.
    package var machines: [MachineLane]

    package init(
        policy: Policy = .allow, rules: [PortalRule] = [], isSSOOnly: Bool = true, enforcement: Enforcement = .enforce,
        staff: StaffLane = StaffLane(), machines: [MachineLane] = []
    ) {
        self.policy = policy
        self.rules = rules
        self.isSSOOnly = isSSOOnly
        self.enforcement = enforcement
        self.staff = staff
        self.machines = machines
    }
}

/// How people who work on tickets get past a gate that is there for customers.
package struct StaffLane: Sendable, Hashable, Codable {
    /// Whoever signed in through one of these is staff: agents' pages are open to them, and every portal.
    package var connections: Set<ConnectionID>
    /// From here requests pass without a session of ours, to JSM's own sign-in.
    package var networks: Set<AddressRange>

    package init(connections: Set<ConnectionID> = [], networks: Set<AddressRange> = []) {
        self.connections = connections
        self.networks = networks
    }
}

/// How one program gets to JSM without a person: all of this must fit.
package struct MachineLane: Sendable, Hashable, Codable {
    /// Its name, for the audit log.
    package var name: String
    /// The methods it uses.
    package var methods: Set<String>
    /// The paths it uses, each a `PathPattern`.
    package var paths: [String]
    /// Where it calls from.
    package var networks: Set<AddressRange>
    /// The whole `Authorization` field that it sends to JSM, such as `Bearer ...`.
    package var authorization: SecretReference

    package init(
        name: String, methods: Set<String>, paths: [String], networks: Set<AddressRange>,
        authorization: SecretReference
    ) {
        self.name = name
        self.methods = methods
        self.paths = paths
        self.networks = networks
        self.authorization = authorization
    }
}
