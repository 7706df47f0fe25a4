import Broker
import ConformanceKit
import Foundation
import JOSE

/// What every vendor's world needs: one clock, one transport, one login.
struct Bench {
    let kit: KitBench
    let secrets = LoginSecrets.kit

    init() throws {
        var kit = KitBench()
        kit.randomness = KitRandomness(repeating: [255])
        kit.clientSecret = "S3CR3T-value"
        self.kit = kit
    }

    var clock: KitClock { kit.clock }
    var transport: ScriptedTransport { kit.transport }
    var memory: KitMemory { kit.memory }
    var callbackURL: URL { kit.callbackURL }
    var context: ProviderContext { kit.context }

    var request: LoginRequest { LoginRequest(callbackURL: callbackURL, secrets: secrets, reference: "r") }

    func callback(_ parameters: String, post: Bool = false, endpoint: CallbackEndpoint = .login) throws -> LoginCallback
    {
        try LoginCallback(
            method: post ? .post : .get, endpoint: endpoint, rawQuery: Data((post ? "" : parameters).utf8),
            rawBody: Data((post ? parameters : "").utf8))
    }

    func outcome(_ provider: some IdentityProvider) async throws -> LoginOutcome {
        let pending = PendingLogin(
            sent: secrets, fresh: secrets, state: .empty, round: 1, callbackURL: callbackURL, requirements: .none,
            startedAt: clock.now)
        return try await provider.completeLogin(
            try callback("code=C0DE-value&state=STAT3-value"), resuming: pending)
    }

    func login(_ provider: some IdentityProvider) async throws -> VerifiedIdentity {
        guard case .identity(let identity) = try await outcome(provider) else { throw KitFailure("another outcome") }
        return identity
    }

    /// What a login is refused with, or nil where it is not.
    func refusal(_ provider: some IdentityProvider) async -> LoginError.Code? {
        do {
            _ = try await outcome(provider)
            return nil
        } catch {
            return (error as? LoginError)?.code
        }
    }

    /// Makes the token endpoint answer with these.
    func grant(at url: String, idToken: String, accessToken: String, refreshToken: String? = nil) {
        var answer: JSONObject = [
            "access_token": .string(accessToken), "token_type": "Bearer", "id_token": .string(idToken),
        ]
        answer["refresh_token"] = refreshToken.map { .string($0) }
        transport.on(url, json: answer.text)
    }

    func publish(_ keys: [SigningKey], at url: String) {
        transport.on(url, json: String(decoding: JWKSet(keys: keys.map(\.publicKey)).serialized(), as: UTF8.self))
    }
}

extension SettingsValue {
    /// The path of the first problem that a kind has with settings; nil where it loads.
    static func problem(
        _ type: any IdentityProvider.Type, _ settings: [String: SettingsValue], _ context: ProviderContext
    ) -> String? {
        do throws(SettingsError) {
            _ = try ProviderRegistry([type]).makeProvider(
                type.kind, id: "acme", settings: .object(settings), version: 1, context: context)
            return nil
        } catch {
            return error.problems.first?.path.joined(separator: ".") ?? ""
        }
    }
}
