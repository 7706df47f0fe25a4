package import Broker
package import BrokerModel
import Outbound
import Synchronization

/// The way out of every connection and site, under policies that a reload can change while whoever has a transport keeps
/// it.
package final class OutboundSwitch: Sendable {
    private struct State {
        var common: GuardedTransport
        var own: [OutboundSettings.Owner: GuardedTransport]
    }

    private let state: Mutex<State>

    /// Opens the way under the given settings.
    ///
    /// - Throws: Each trust-root file that cannot be read.
    package init(_ settings: OutboundSettings) throws(SettingsError) {
        let common = try GuardedTransport(policy: settings.policy(for: nil))
        state = Mutex(State(common: common, own: try Self.own(settings, from: common)))
    }

    /// Changes every policy from the next request on; where a file cannot be read, none.
    package func change(to settings: OutboundSettings) throws(SettingsError) {
        let common = try state.withLock { $0.common }.scoped(to: settings.policy(for: nil))
        let changed = State(common: common, own: try Self.own(settings, from: common))
        state.withLock { $0 = changed }
    }

    /// The transport of a connection.
    package func transport(for connection: ConnectionID) -> any HTTPTransport {
        SwitchedTransport(outbound: self, owner: .connection(connection))
    }

    /// The transport of a site.
    package func transport(forSite site: SiteID) -> any HTTPTransport {
        SwitchedTransport(outbound: self, owner: .site(site))
    }

    /// Closes every connection.
    package func shutdown() async { await state.withLock { $0.common }.shutdown() }

    fileprivate func current(for owner: OutboundSettings.Owner) -> GuardedTransport {
        state.withLock { $0.own[owner] ?? $0.common }
    }

    private static func own(
        _ settings: OutboundSettings, from common: GuardedTransport
    ) throws(SettingsError) -> [OutboundSettings.Owner: GuardedTransport] {
        var own: [OutboundSettings.Owner: GuardedTransport] = [:]
        for owner in settings.owners { own[owner] = try common.scoped(to: settings.policy(for: owner)) }
        return own
    }
}

/// Asks the switch at every request.
private struct SwitchedTransport: HTTPTransport {
    let outbound: OutboundSwitch
    let owner: OutboundSettings.Owner

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        try await outbound.current(for: owner).send(request)
    }
}
