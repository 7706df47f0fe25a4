import Broker
import ConformanceKit
import EmailCodeProvider
import Foundation

/// The engine's part of one login: secrets per round, state kept, rounds counted.
final class Login {
    let world: World
    let provider: EmailCodeProvider
    let hint: String?
    private(set) var round = 0
    private(set) var state = LoginState.empty
    private(set) var fields: [PromptField] = []
    private var secrets: LoginSecrets

    init(world: World, provider: EmailCodeProvider, hint: String?) {
        self.world = world
        self.provider = provider
        self.hint = hint
        secrets = .marked(world.bench.randomness)
    }

    var field: PromptField? { fields.first }

    private func keep(_ step: LoginStep, _ next: LoginSecrets) throws {
        guard case .ask(let asked) = step.action, step.state.bytes.count <= LoginState.maximumBytes else {
            throw KitFailure("another outcome")
        }
        (fields, state, secrets) = (asked, step.state, next)
        round += 1
    }

    func begin() async throws {
        try keep(
            try await provider.beginLogin(
                LoginRequest(callbackURL: world.bench.callbackURL, secrets: secrets, loginHint: hint, reference: "r")),
            secrets)
    }

    /// Posts fields; the identity if there is one, nil where it is asked again.
    @discardableResult func answer(
        _ body: String, state other: LoginState? = nil, endpoint: CallbackEndpoint = .answer,
        method: LoginCallback.Method = .post
    ) async throws -> VerifiedIdentity? {
        let fresh = LoginSecrets.marked(world.bench.randomness)
        let callback = try world.bench.callback("transaction=x&\(body)", method: method, endpoint: endpoint)
        let pending = PendingLogin(
            sent: secrets, fresh: fresh, state: other ?? state, round: round, callbackURL: world.bench.callbackURL,
            requirements: .none, startedAt: world.clock.now)
        switch try await provider.completeLogin(callback, resuming: pending) {
        case .identity(let identity): return identity
        case .denied: throw KitFailure("another outcome")
        case .next(let step):
            try keep(step, fresh)
            return nil
        }
    }

    /// What an answer was refused with.
    func refusal(
        _ body: String, state other: LoginState? = nil, endpoint: CallbackEndpoint = .answer,
        method: LoginCallback.Method = .post
    ) async -> LoginError? {
        do {
            try await answer(body, state: other, endpoint: endpoint, method: method)
            return nil
        } catch {
            return error as? LoginError
        }
    }

    /// What the beginning was refused with.
    func beginRefusal() async -> LoginError? {
        do {
            try await begin()
            return nil
        } catch {
            return error as? LoginError
        }
    }
}
