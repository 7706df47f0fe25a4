import AsyncHTTPClient
import Broker
import NIOCore
import Synchronization

/// Clients that can connect to one checked address each.
///
/// AsyncHTTPClient takes the address of a name from its configuration, so a client stands for one host at one address
/// under one set of authorities, and keeps that target's connections alive between requests. At most `capacity` of them
/// are kept; the one that was used longest ago goes.
final class ClientPool: Sendable {
    /// What a client connects to, and whom it trusts.
    struct Key: Hashable {
        let host: String
        let address: IPAddress
        let trustRoots: [String]
    }

    private struct Entry {
        let client: HTTPClient
        var users = 0
        var lastUse: UInt64
        var isGood = false
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var retired: [ObjectIdentifier: Entry] = [:]
        var uses: UInt64 = 0
        var isShutDown = false
    }

    private let state = Mutex(State())
    private let group: any EventLoopGroup
    private let capacity: Int

    init(group: any EventLoopGroup, capacity: Int = 64) {
        self.group = group
        self.capacity = capacity
    }

    deinit {
        // A client must not be dropped while it runs; nobody uses these, for each use holds the pool.
        for entry in state.withLock({ $0.entries.values }) { Self.close(entry.client) }
    }

    /// How many clients there are.
    var count: Int { state.withLock { $0.entries.count + $0.retired.count } }

    /// Whether a client has had an answer from this target.
    func isKnownGood(_ key: Key) -> Bool { state.withLock { $0.entries[key]?.isGood == true } }

    /// Runs a request on the target's client.
    ///
    /// - Returns: Nil once the pool is shut down.
    func withClient<Answer: Sendable>(
        _ key: Key, limits: OutboundLimits, roots: TrustRoots, _ body: (HTTPClient) async throws -> Answer
    ) async throws -> Answer? {
        guard let client = acquire(key, limits, roots) else { return nil }
        do {
            let answer = try await body(client)
            release(key, client, isGood: true)
            return answer
        } catch {
            release(key, client, isGood: false)
            throw error
        }
    }

    /// Closes every connection, those in use too.
    func shutdown() async {
        let clients = state.withLock { state in
            state.isShutDown = true
            defer { (state.entries, state.retired) = ([:], [:]) }
            return (Array(state.entries.values) + Array(state.retired.values)).map(\.client)
        }
        for client in clients { try? await client.shutdown() }
    }

    private func acquire(_ key: Key, _ limits: OutboundLimits, _ roots: TrustRoots) -> HTTPClient? {
        let (client, unused) = state.withLock { state -> (HTTPClient?, [HTTPClient]) in
            guard !state.isShutDown else { return (nil, []) }
            state.uses += 1
            let lastUse = state.uses
            var entry =
                state.entries[key] ?? Entry(client: makeClient(key, limits, roots), lastUse: lastUse)
            entry.users += 1
            entry.lastUse = lastUse
            state.entries[key] = entry
            return (entry.client, trim(&state))
        }
        for client in unused { Self.close(client) }
        return client
    }

    private func release(_ key: Key, _ client: HTTPClient, isGood: Bool) {
        let unused = state.withLock { state -> HTTPClient? in
            if state.entries[key]?.client === client {
                state.entries[key]?.users -= 1
                state.entries[key]?.isGood = isGood
                return nil
            }
            let id = ObjectIdentifier(client)
            state.retired[id]?.users -= 1
            return state.retired[id]?.users == 0 ? state.retired.removeValue(forKey: id)?.client : nil
        }
        if let unused { Self.close(unused) }
    }

    /// Takes out what is over the capacity.
    ///
    /// A client in use is retired and closed by its last user.
    private func trim(_ state: inout State) -> [HTTPClient] {
        var unused: [HTTPClient] = []
        while state.entries.count > capacity,
            let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            state.entries[oldest.key] = nil
            if oldest.value.users == 0 {
                unused.append(oldest.value.client)
            } else {
                state.retired[ObjectIdentifier(oldest.value.client)] = oldest.value
            }
        }
        return unused
    }

    private func makeClient(_ key: Key, _ limits: OutboundLimits, _ roots: TrustRoots) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: roots.configuration, redirectConfiguration: .disallow, decompression: .disabled)
        configuration.dnsOverride = [key.host: key.address.description]
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = TimeAmount(limits.connect)
        // Otherwise a refused connection is tried again until the deadline.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Shorter than servers keep a connection (Node: 5 s), so that a request does not meet one that is being closed.
        configuration.connectionPool.idleTimeout = .seconds(4)
        return HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }

    private static func close(_ client: HTTPClient) {
        Task { try? await client.shutdown() }
    }
}
