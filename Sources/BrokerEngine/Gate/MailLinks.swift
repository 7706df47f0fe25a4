import Broker
import BrokerModel

/// How often links that JSM mailed may be opened without a session.
///
/// Their tokens are JSM's to check; what is counted here is how many of them somebody may try.
struct MailLinks: Sendable {
    /// For one network: thirty at once, then one every ten seconds.
    static let throttle = Throttle("mail_links_per_network", capacity: 30, refill: .seconds(10))

    private let throttling: Throttling

    init(_ environment: EngineEnvironment) {
        throttling = Throttling(store: environment.store, time: environment.time)
    }

    /// Whether one more may pass.
    ///
    /// Who comes from nobody knows where shares one count with all such.
    func take(for site: SiteID, client: IPAddress?) async throws -> Bool {
        let network = client.map { Self.network(of: $0) } ?? "unknown"
        return try await throttling.take([.init(throttle: Self.throttle, subject: "\(site) \(network)")]) == nil
    }

    /// An IPv4 address, or the first 64 bits of an IPv6 address: the rest is the client's own choice (M58).
    private static func network(of address: IPAddress) -> String {
        switch address.unmapped {
        case .v4(let bits): "\(IPAddress.v4(bits))"
        case .v6(let bits): "\(IPAddress.v6((bits >> 64) << 64))/64"
        }
    }
}
