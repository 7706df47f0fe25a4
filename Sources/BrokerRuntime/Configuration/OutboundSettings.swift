package import Broker
package import BrokerModel
import Foundation
package import Outbound

/// What configuration opens beside the public internet, for all or for one connection or site.
package struct OutboundSettings: Sendable, Hashable {
    /// Whose way out it is.
    package enum Owner: Sendable, Hashable {
        /// A connection's, to its identity provider.
        case connection(ConnectionID)
        /// A site's, to the server of its JSM.
        case site(SiteID)
    }

    private struct Scoped<Value: Sendable & Hashable>: Sendable, Hashable {
        /// Nil for everybody.
        var owner: Owner?
        var value: Value
    }

    private var allow: [Scoped<OutboundPolicy.Opening>] = []
    private var trustRoots: [Scoped<String>] = []

    init(reading value: SettingsValue, path: (String) -> String) {
        allow = (value.list("allow") ?? []).compactMap { entry in
            guard let host = entry.text("host"), let range = entry.text("cidr").flatMap({ AddressRange($0) }) else {
                return nil
            }
            return Scoped(owner: Owner(of: entry), value: .init(host: host, range: range))
        }
        trustRoots = (value.list("trustRoots") ?? []).compactMap { entry in
            (entry.text ?? entry.text("file")).map { Scoped(owner: Owner(of: entry), value: path($0)) }
        }
    }

    /// The policy of a connection or site, or of the broker itself.
    ///
    /// An owner's own trust roots replace the common ones.
    package func policy(for owner: Owner?) -> OutboundPolicy {
        let own = trustRoots.filter { $0.owner == owner && owner != nil }
        let common = trustRoots.filter { $0.owner == nil }
        return OutboundPolicy(
            allow: allow.filter { $0.owner == nil || $0.owner == owner }.map(\.value),
            trustRoots: (own.isEmpty ? common : own).map(\.value))
    }

    /// The connections and sites that have settings of their own.
    var owners: Set<Owner> { Set(allow.compactMap(\.owner) + trustRoots.compactMap(\.owner)) }

    /// The trust-root files in the order of the list.
    var trustRootFiles: [String] { trustRoots.map(\.value) }

    /// What a shape cannot say: an entry of its own is for one connection or for one site.
    static func problems(in value: SettingsValue) -> [SettingsError.Problem] {
        func named(_ entry: SettingsValue) -> Int { [entry["connection"], entry["site"]].compactMap(\.self).count }
        let outbound = value["outbound"]
        let both = ["allow", "trustRoots"].flatMap { list in
            (outbound?.list(list) ?? []).enumerated().filter { named($1) == 2 }.map { position, _ in
                SettingsError.Problem(
                    path: ["outbound", list, String(position)], text: "must name a connection or a site, not both")
            }
        }
        let nobody = (outbound?.list("trustRoots") ?? []).enumerated().filter { _, entry in
            entry["file"] != nil && named(entry) == 0
        }.map { position, _ in
            SettingsError.Problem(
                path: ["outbound", "trustRoots", String(position)],
                text: "must name a connection or a site; for all, give the path alone")
        }
        return both + nobody
    }
}

extension OutboundSettings.Owner {
    fileprivate init?(of entry: SettingsValue) {
        if let connection = entry.text("connection") {
            self = .connection(ConnectionID(rawValue: connection))
        } else if let site = entry.text("site") {
            self = .site(SiteID(rawValue: site))
        } else {
            return nil
        }
    }
}
