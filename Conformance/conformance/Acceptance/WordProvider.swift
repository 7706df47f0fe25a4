// SPDX-License-Identifier: Apache-2.0

import Broker

/// A provider module as somebody else would write it: whoever knows the word of the day is who they say they are.
///
/// It stands here to show what a module needs of the broker's rooms: `Broker`, and nothing else.
struct WordProvider: IdentityProvider {
    struct Settings: Codable, Sendable {
        var word: SecretReference
    }

    static let kind: ProviderKind = "word"
    static let settingsVersion = 1
    static let form = SettingsForm([
        SettingsField(
            "word", .secret, label: "Word", help: "Where the word of the day is kept.", example: "env:WORD",
            isRequired: true)
    ])

    let id: ConnectionID
    let settings: Settings
    let context: ProviderContext

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        (self.id, self.settings, self.context) = (id, settings, context)
    }

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        guard request.loginHint.flatMap({ EmailAddress(typed: $0) }) != nil else {
            throw LoginError(.emailMissing, detail: "the module needs an address to begin with")
        }
        return LoginStep(
            .ask([PromptField(name: "word", label: "Word of the day")]),
            state: LoginState(.init((request.loginHint ?? "").utf8)))
    }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        let word: Secret<String>
        do throws(SettingsError) {
            word = try context.secrets.value(of: settings.word)
        } catch {
            throw LoginError(.configurationInvalid, detail: "word: \(error)", underlying: error)
        }
        guard callback.endpoint == .answer, callback.parameters["word"] == word.reveal() else {
            return .denied(Denial(.refusedByIdP, detail: "another word"))
        }
        let address = EmailAddress(typed: String(decoding: login.state.bytes, as: UTF8.self))
        guard let address else { throw LoginError(.providerMisbehaved, detail: "the state is no address") }
        return .identity(
            VerifiedIdentity(
                subject: SubjectKey(connection: id, issuer: "word", subject: address.description),
                email: Email(address, evidence: .idpVerified),
                oneTime: [OneTimeIdentifier("word:\(login.sent.requestID)", until: context.time.now + .seconds(600))]))
    }
}
