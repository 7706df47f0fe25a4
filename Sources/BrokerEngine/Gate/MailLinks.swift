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
        let network = client.map { ClientNetwork(of: $0).text } ?? "unknown"
        return try await throttling.take([.init(throttle: Self.throttle, subject: "\(site) \(network)")]) == nil
    }
}
