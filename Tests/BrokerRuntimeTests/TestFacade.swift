import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Synchronization

/// A facade under a test's hand: it tells the test which ended session it heard of, and waits until it may go on.
struct TestFacade: Facade {
    struct Settings: Codable, Sendable {
        var clientID: String
        var redirectURIs: [String]
    }

    /// What the facades of one client ID heard.
    final class Ear: Sendable {
        private struct Waiting: Sendable {
            var isClosed = false
            var waiters: [CheckedContinuation<Void, Never>] = []
        }

        private static let ears = Mutex<[String: Ear]>([:])
        let name = UUID().uuidString
        /// The keys of the sessions, as they come.
        let heard: AsyncStream<String>
        private let hear: AsyncStream<String>.Continuation
        private let gate = Mutex(Waiting())

        init() {
            (heard, hear) = AsyncStream.makeStream(of: String.self)
            Self.ears.withLock { $0[name] = self }
        }

        static func of(_ name: String) -> Ear? { ears.withLock { $0[name] } }

        /// From now on whoever tells waits, even where its task is cancelled.
        func close() { gate.withLock { $0.isClosed = true } }

        func open() {
            let waiters = gate.withLock { gate in
                defer { gate = Waiting() }
                return gate.waiters
            }
            waiters.forEach { $0.resume() }
        }

        fileprivate func tell(_ key: String) async {
            hear.yield(key)
            await withCheckedContinuation { waiter in
                let goesOn = gate.withLock { gate in
                    if gate.isClosed { gate.waiters.append(waiter) }
                    return !gate.isClosed
                }
                if goesOn { waiter.resume() }
            }
        }
    }

    static let kind: FacadeKind = "test"
    static let form = SettingsForm([
        SettingsField("clientID", .text, label: "Client ID", help: "The client.", isRequired: true),
        SettingsField("clientSecret", .secret, label: "Client secret", help: "Its secret."),
        SettingsField("redirectURIs", .list(.url), label: "Redirect URIs", help: "Where to.", isRequired: true),
    ])
    static let settingsVersion = 3

    let signsOutByBrowser = false
    private let settings: Settings

    init(settings: Settings, host: FacadeHost) throws(SettingsError) {
        guard !settings.redirectURIs.isEmpty else {
            throw SettingsError(at: ["redirectURIs"], "must name one at least")
        }
        self.settings = settings
    }

    func respond(to request: FacadeRequest) async throws(FacadeError) -> FacadeResponse? { nil }

    func beginSignOut(_ session: FacadeSession, state: String) async throws(FacadeError) -> FacadeStep? { nil }

    func concludeSignOut(_ conclusion: Data, isComplete: Bool) async throws(FacadeError) -> FacadeStep {
        throw FacadeError(.notConfigured, detail: "nothing began here")
    }

    func endSession(_ session: FacadeSession) async throws(FacadeError) -> FacadeEnding {
        await Ear.of(settings.clientID)?.tell(session.key)
        return .told
    }
}
