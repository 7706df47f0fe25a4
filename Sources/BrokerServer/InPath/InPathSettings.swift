package import BrokerModel
package import Outbound

/// What makes the public listener the reverse proxy of its sites.
package struct InPathSettings: Sendable, Hashable {
    /// Where a JSM is, and whom to believe that it is it.
    package struct Target: Sendable, Hashable {
        package var origin: UpstreamOrigin
        /// PEM files with the only authorities to trust; the system's where there are none.
        package var trustRoots: [String]

        package init(origin: UpstreamOrigin, trustRoots: [String] = []) {
            self.origin = origin
            self.trustRoots = trustRoots
        }
    }

    /// Which site has which.
    package enum Targets: Sendable, Hashable {
        /// The one site has it; where there are several, nobody does.
        case only(Target)
        case bySite([SiteID: Target])
    }

    /// The largest body unless the settings say otherwise: what JSM takes as an attachment, and ten times that.
    package static let standardMaxBody: Int64 = 100 << 20

    package var targets: Targets
    /// The most octets of a request's body.
    package var maxBody: Int64
    /// How long JSM may take.
    package var limits: UpstreamLimits

    package init(
        targets: Targets, maxBody: Int64 = Self.standardMaxBody, limits: UpstreamLimits = .standard
    ) {
        self.targets = targets
        self.maxBody = maxBody
        self.limits = limits
    }
}
