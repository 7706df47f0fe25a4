import Broker
import Foundation
import HTTPTypes
import Logging
import SAML
import Synchronization
import XMLSecurity

/// An IdP that serves metadata, and the processes that trust it.
struct TrustWorld {
    /// A clock that stands until it is moved.
    final class Clock: Sendable {
        private let moment = Mutex(MetadataWorld.now)
        var now: Timestamp { moment.withLock { $0 } }
        func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }
    }

    /// What the IdP serves; nil is an IdP that is away.
    final class Source: HTTPTransport {
        private let state = Mutex<(body: [UInt8]?, status: HTTPResponse.Status, count: Int)>((nil, .ok, 0))
        var count: Int { state.withLock { $0.count } }
        func serve(_ body: [UInt8]?, status: HTTPResponse.Status = .ok) {
            state.withLock { ($0.body, $0.status) = (body, status) }
        }

        func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
            let (body, status) = state.withLock { state in
                state.count += 1
                return (state.body, state.status)
            }
            await Task.yield()
            guard let body else { throw TransportError(.unreachable, detail: "idp.example") }
            return OutboundResponse(status: status, headerFields: [.contentType: "text/xml"], body: Data(body))
        }
    }

    /// The store, which outlives a process.
    final class Memory: ConnectionMemory {
        private let clock: Clock
        private let entries = Mutex<[String: MemoryEntry]>([:])
        init(_ clock: Clock) { self.clock = clock }

        func read(_ key: String) async throws(MemoryError) -> MemoryEntry? { entries.withLock { $0[key] } }
        func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool {
            entries.withLock { entries in
                guard key.utf8.count <= 64, entries[key]?.version == expected else { return false }
                entries[key] = MemoryEntry(bytes: bytes, storedAt: clock.now, version: (expected ?? 0) + 1)
                return true
            }
        }
    }

    /// What the operator reads.
    final class Log: LogHandler, @unchecked Sendable {
        // Guarded by the mutex; the settable properties are never used.
        private let lines = Mutex<[String]>([])
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) { lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") } }
        var all: [String] { lines.withLock { $0 } }
    }

    let clock = Clock()
    let source = Source()
    let memory: Memory
    let log = Log()
    let url: URL

    init() throws {
        memory = Memory(clock)
        url = try unwrap(URL(string: "https://idp.example/metadata"))
    }

    /// One process's trust.
    func trust(_ policy: TrustPolicy? = nil) -> IdentityProviderTrust {
        let (clock, log) = (clock, log)
        let context = ProviderContext(
            callbackURL: url, transport: source, time: TimeSource { clock.now },
            randomness: Randomness { [UInt8](repeating: 255, count: $0) }, memory: memory,
            secrets: SecretResolver { _ throws(SettingsError) in Secret("none") },
            logger: Logger(label: "test") { _ in log })
        return IdentityProviderTrust(
            entityID: MetadataWorld.entityID, policy: policy ?? .tls(url), context: context)
    }

    /// Serves metadata with these keys.
    func publish(
        _ keys: PrivateKey?..., validUntil: Duration? = nil, entityID: String = MetadataWorld.entityID
    ) throws {
        let end = validUntil.map { clock.now + $0 }
        source.serve(try MetadataWorld.metadata(keys: keys, validUntil: end, entityID: entityID).document())
    }

    static func keys(_ snapshot: IdentityProviderTrust.Snapshot?) -> [[UInt8]] {
        snapshot?.description.signingKeys.map(\.key.subjectPublicKeyInfo) ?? []
    }

    static func error(_ trust: IdentityProviderTrust) async -> LoginError? {
        do throws(LoginError) {
            _ = try await trust.current()
            return nil
        } catch {
            return error
        }
    }
}
