package import Broker
import Foundation
import NIOPosix
import Synchronization

/// Turns a host name into addresses.
package protocol Resolver: Sendable {
    /// Every address of a name, best first.
    ///
    /// - Throws: `name_not_resolved`.
    func addresses(of host: String) async throws(TransportError) -> [IPAddress]
}

/// The machine's own resolver.
///
/// `getaddrinfo` blocks, and for long where a name server is away. So it runs on threads of its own, a caller that
/// gives up leaves at once, and one name has one lookup in flight: a dead name cannot take every thread.
package final class SystemResolver: Resolver {
    private typealias Answer = Result<[IPAddress], TransportError>

    private let threads: NIOThreadPool
    private let waiting = Mutex<[String: [UInt64: CheckedContinuation<Answer, Never>]]>([:])
    private let tickets = Atomic<UInt64>(0)

    /// The one that every transport uses, for as long as the process runs.
    package static let shared = SystemResolver(threads: 4)

    private init(threads count: Int) {
        threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
    }

    /// The addresses that the machine knows.
    package func addresses(of host: String) async throws(TransportError) -> [IPAddress] {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        let answer: Answer = await withTaskCancellationHandler {
            await withCheckedContinuation { enter($0, ticket, host) }
        } onCancel: {
            leave(ticket, host)
        }
        return try answer.get()
    }

    private func enter(_ continuation: CheckedContinuation<Answer, Never>, _ ticket: UInt64, _ host: String) {
        let isFirst = waiting.withLock { waiting in
            defer { waiting[host, default: [:]][ticket] = continuation }
            return waiting[host] == nil
        }
        if isFirst {
            threads.submit { [self] state in
                finish(
                    host, state == .active ? Self.lookUp(host) : .failure(Self.notResolved(host, "is not looked up")))
            }
        }
        // A cancellation that came before the ticket was there found nothing to cancel.
        if Task.isCancelled { leave(ticket, host) }
    }

    /// The lookup itself goes on, for it cannot be stopped; the empty entry says that it is in flight.
    private func leave(_ ticket: UInt64, _ host: String) {
        let continuation = waiting.withLock { $0[host]?.removeValue(forKey: ticket) }
        continuation?.resume(returning: .failure(TransportError(.timedOut, detail: "\(host) was not resolved in time")))
    }

    private func finish(_ host: String, _ answer: Answer) {
        let continuations = waiting.withLock { $0.removeValue(forKey: host) }
        for continuation in continuations?.values ?? [:].values { continuation.resume(returning: answer) }
    }

    private static func lookUp(_ host: String) -> Answer {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard status == 0 else { return .failure(notResolved(host, String(cString: gai_strerror(status)))) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = entry.ai_addr.flatMap({ IPAddress($0) }), !addresses.contains(address) {
                addresses.append(address)
            }
            next = entry.ai_next
        }
        return .success(addresses)
    }

    private static func notResolved(_ host: String, _ why: String) -> TransportError {
        TransportError(.nameNotResolved, detail: "\(host): \(why)")
    }
}
