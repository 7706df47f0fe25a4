import Broker
import BrokerModel
import BrokerServer
import Outbound

extension InPathSettings {
    /// What `gate` says of upstreams; nil where it says nothing.
    init?(reading gate: SettingsValue?, outbound: OutboundSettings) {
        guard let upstream = gate?["upstream"] else { return nil }
        let maxBody = gate?.number("maxBodyMiB").map { Int64($0) << 20 } ?? Self.standardMaxBody
        if let text = upstream.text {
            guard let origin = UpstreamOrigin(text) else { return nil }
            self.init(targets: .only(Target(origin: origin, trustRoots: outbound.rootsOfOnlySite)), maxBody: maxBody)
            return
        }
        var targets: [SiteID: Target] = [:]
        for (name, value) in upstream.members {
            guard let origin = value.text.flatMap({ UpstreamOrigin($0) }) else { continue }
            let site = SiteID(rawValue: name)
            targets[site] = Target(origin: origin, trustRoots: outbound.policy(for: .site(site)).trustRoots)
        }
        guard !targets.isEmpty else { return nil }
        self.init(targets: .bySite(targets), maxBody: maxBody)
    }

    /// What a shape cannot say: where plain http may go, and that nothing stands behind the port.
    static func problems(in value: SettingsValue) -> [SettingsError.Problem] {
        guard let upstream = value["gate"]?["upstream"] else { return [] }
        let path = ["gate", "upstream"]
        if let text = upstream.text { return problem(in: text, at: path) }
        return upstream.members.sorted { $0.key < $1.key }
            .flatMap { name, value in value.text.map { problem(in: $0, at: path + [name]) } ?? [] }
    }

    private static func problem(in text: String, at path: [String]) -> [SettingsError.Problem] {
        guard UpstreamOrigin(text) == nil else { return [] }
        return [
            .init(
                path: path,
                text:
                    "must be where JSM listens, such as http://127.0.0.1:9001 or https://jsm.example: no path, and plain "
                    + "http to loopback, private addresses and private names only")
        ]
    }
}

extension OutboundSettings {
    /// The roots of the one site that has its own, or those of all.
    fileprivate var rootsOfOnlySite: [String] {
        let sites = owners.filter { if case .site = $0 { true } else { false } }
        return policy(for: sites.count == 1 ? sites.first : nil).trustRoots
    }
}
