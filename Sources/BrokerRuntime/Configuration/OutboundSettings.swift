package import Broker
import Foundation
package import Outbound

/// What configuration opens beside the public internet, for all connections or for one.
package struct OutboundSettings: Sendable, Hashable {
    private struct Scoped<Value: Sendable & Hashable>: Sendable, Hashable {
        /// Nil for every connection.
        var connection: ConnectionID?
        var value: Value
    }

    private var allow: [Scoped<OutboundPolicy.Opening>] = []
    private var trustRoots: [Scoped<String>] = []

    init(reading value: SettingsValue, path: (String) -> String) {
        allow = (value.list("allow") ?? []).compactMap { entry in
            guard let host = entry.text("host"), let range = entry.text("cidr").flatMap({ AddressRange($0) }) else {
                return nil
            }
            return Scoped(connection: Self.connection(entry), value: .init(host: host, range: range))
        }
        trustRoots = (value.list("trustRoots") ?? []).compactMap { entry in
            (entry.text ?? entry.text("file")).map { Scoped(connection: Self.connection(entry), value: path($0)) }
        }
    }

    /// The policy of a connection, or of the broker itself.
    ///
    /// A connection's own trust roots replace the common ones.
    package func policy(for connection: ConnectionID?) -> OutboundPolicy {
        let own = trustRoots.filter { $0.connection == connection && connection != nil }
        let common = trustRoots.filter { $0.connection == nil }
        return OutboundPolicy(
            allow: allow.filter { $0.connection == nil || $0.connection == connection }.map(\.value),
            trustRoots: (own.isEmpty ? common : own).map(\.value))
    }

    /// The connections that have settings of their own.
    var connections: Set<ConnectionID> {
        Set(allow.compactMap(\.connection) + trustRoots.compactMap(\.connection))
    }

    /// The trust-root files in the order of the list.
    var trustRootFiles: [String] { trustRoots.map(\.value) }

    private static func connection(_ entry: SettingsValue) -> ConnectionID? {
        entry.text("connection").map { ConnectionID(rawValue: $0) }
    }
}
