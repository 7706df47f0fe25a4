import AsyncHTTPClient
package import Broker
import Foundation
package import NIOCore
import NIOPosix

/// The transport that goes only where its policy lets it.
///
/// Every request resolves its host, checks every address, and connects to one that was checked; TLS is for the name. So
/// a name that resolves to something else a moment later changes nothing.
package final class GuardedTransport: HTTPTransport {
    private let policy: OutboundPolicy
    private let limits: OutboundLimits
    private let resolver: any Resolver
    private let roots: TrustRoots
    private let pool: ClientPool

    /// A transport with a pool of its own.
    ///
    /// Call `shutdown` when it is no longer needed.
    ///
    /// - Throws: Each file of `policy.trustRoots` that cannot be read.
    package convenience init(
        policy: OutboundPolicy = .standard, limits: OutboundLimits = .standard,
        resolver: any Resolver = SystemResolver.shared,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws(SettingsError) {
        try self.init(policy, limits, resolver, ClientPool(group: eventLoopGroup))
    }

    private init(
        _ policy: OutboundPolicy, _ limits: OutboundLimits, _ resolver: any Resolver, _ pool: ClientPool
    ) throws(SettingsError) {
        self.policy = policy
        self.limits = limits
        self.resolver = resolver
        self.pool = pool
        roots = try TrustRoots(files: policy.trustRoots)
    }

    /// A transport with another policy, on the same pool: one pool serves every connection of a process.
    package func scoped(to policy: OutboundPolicy) throws(SettingsError) -> GuardedTransport {
        try GuardedTransport(policy, limits, resolver, pool)
    }

    /// Closes the connections of this transport and of all that share its pool; requests fail from now on.
    package func shutdown() async { await pool.shutdown() }

    /// Sends one request and waits for the whole answer.
    package func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        let target = try OutboundURLCheck.target(of: request.url.absoluteString, under: policy)
        do {
            return try await withDeadline(limits.deadline, of: target.host) { [self] in
                try await exchange(OutboundMessage.build(request, to: target), with: target)
            }
        } catch {
            throw TransportError(error, host: target.host)
        }
    }

    private func exchange(
        _ message: HTTPClientRequest, with target: OutboundTarget
    ) async throws -> OutboundResponse {
        let addresses = try await checkedAddresses(of: target)
        var failure: any Error = TransportError(.unreachable, detail: "\(target.host) has no address to try")
        for address in addresses.prefix(limits.addresses) {
            do {
                let key = ClientPool.Key(host: target.host, address: address, trustRoots: roots.files)
                let answer = try await pool.withClient(key, limits: limits, roots: roots) { [limits] client in
                    let deadline = NIODeadline.now() + TimeAmount(limits.deadline)
                    let response = try await client.execute(message, deadline: deadline)
                    return try await OutboundMessage.process(response, from: target, atMost: limits.bodyBytes)
                }
                guard let answer else { throw TransportError(.unreachable, detail: "the transport is shut down") }
                return answer
            } catch  where error.meansNotConnected {
                failure = error
            }
        }
        throw failure
    }

    /// The addresses that a connection may be made to, best first: those that answered before, then the resolver's
    /// order.
    private func checkedAddresses(of target: OutboundTarget) async throws(TransportError) -> [IPAddress] {
        let addresses = try await addresses(of: target)
        try AddressCheck.check(addresses, of: target.host, under: policy)
        let isGood = addresses.map {
            pool.isKnownGood(ClientPool.Key(host: target.host, address: $0, trustRoots: roots.files))
        }
        return zip(addresses, isGood).filter(\.1).map(\.0) + zip(addresses, isGood).filter { !$0.1 }.map(\.0)
    }

    private func addresses(of target: OutboundTarget) async throws(TransportError) -> [IPAddress] {
        if let literal = target.literal { return [literal] }
        // RFC 6761 6.3: these are this machine, whatever a name server says.
        if LoopbackHost.matches(target.host) { return [.v4(0x7F00_0001)] }
        return try await resolver.addresses(of: target.host)
    }
}
