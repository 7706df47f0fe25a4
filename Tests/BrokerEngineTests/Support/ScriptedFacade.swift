import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Synchronization

/// A facade under a test's hand: it keeps its host, and a test answers through it as a real facade would.
struct ScriptedFacade: Facade {
    struct Settings: Codable, Sendable {
        var script: String
        var byBrowser: Bool?
    }

    /// What a test tells the facade, and what it saw.
    final class Script: Sendable {
        private struct Acts: Sendable {
            var ending: Result<FacadeEnding, FacadeError> = .success(.told)
            var ended: [FacadeSession] = []
            var sentTo: [FacadeSession] = []
            var states: [String] = []
            var concluded: [(Data, Bool)] = []
        }

        private static let scripts = Mutex<[String: Script]>([:])
        private let acts = Mutex(Acts())
        let name = UUID().uuidString

        init() { Self.scripts.withLock { $0[name] = self } }

        static func named(_ name: String) -> Script? { scripts.withLock { $0[name] } }

        var ending: Result<FacadeEnding, FacadeError> {
            get { acts.withLock { $0.ending } }
            set { acts.withLock { $0.ending = newValue } }
        }
        var ended: [FacadeSession] { acts.withLock { $0.ended } }
        var sentTo: [FacadeSession] { acts.withLock { $0.sentTo } }
        var states: [String] { acts.withLock { $0.states } }
        var concluded: [(Data, Bool)] { acts.withLock { $0.concluded } }

        fileprivate func end(_ session: FacadeSession) -> Result<FacadeEnding, FacadeError> {
            acts.withLock {
                $0.ended.append(session)
                return $0.ending
            }
        }

        fileprivate func send(_ session: FacadeSession, _ state: String) {
            acts.withLock {
                $0.sentTo.append(session)
                $0.states.append(state)
            }
        }

        fileprivate func conclude(_ data: Data, _ isComplete: Bool) {
            acts.withLock { $0.concluded.append((data, isComplete)) }
        }
    }

    static let kind: FacadeKind = "scripted"
    static let form = SettingsForm([
        SettingsField("script", .text, label: "Script", help: "Which test.", isRequired: true),
        SettingsField("byBrowser", .flag, label: "Browser", help: "Whether a browser can tell it."),
    ])
    static let settingsVersion = 1

    let signsOutByBrowser: Bool
    private let script: Script
    private let host: FacadeHost

    init(settings: Settings, host: FacadeHost) throws(SettingsError) {
        guard let script = Script.named(settings.script) else { throw SettingsError(at: ["script"], "is no script") }
        self.script = script
        self.host = host
        signsOutByBrowser = settings.byBrowser ?? false
    }

    func respond(to request: FacadeRequest) async throws(FacadeError) -> FacadeResponse? {
        guard request.route == "who" else { return nil }
        guard let owner = try await host.owner(handle: request.handle) else {
            throw FacadeError(.loginRequired, detail: "nobody")
        }
        let answer = try await host.answer(FacadeAnswerRequest(owner))
        return .document(FacadeDocument(contentType: "text/plain", body: Data(answer.name.description.utf8)))
    }

    func beginSignOut(_ session: FacadeSession, state: String) async throws(FacadeError) -> FacadeStep? {
        script.send(session, state)
        return URL(string: "https://site.example/out").map { .redirect($0) }
    }

    func concludeSignOut(_ conclusion: Data, isComplete: Bool) async throws(FacadeError) -> FacadeStep {
        script.conclude(conclusion, isComplete)
        guard let url = URL(string: "https://site.example/done") else {
            throw FacadeError(.configurationInvalid, detail: "no URL")
        }
        return .redirect(url)
    }

    func endSession(_ session: FacadeSession) async throws(FacadeError) -> FacadeEnding {
        try script.end(session).get()
    }
}

extension Site {
    /// The same site, with a scripted facade.
    func scripted(_ script: ScriptedFacade.Script, byBrowser: Bool = false) -> Site {
        var site = self
        site.facades = [
            SiteFacade(
                kind: ScriptedFacade.kind,
                settings: .object(["script": .string(script.name), "byBrowser": .bool(byBrowser)]))
        ]
        return site
    }
}
