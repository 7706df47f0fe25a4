import Broker
import ConformanceKit
import Foundation
import Testing

/// A module whose form has everything wrong that a form can have.
private struct FormlessProvider: IdentityProvider {
    static let kind: ProviderKind = "Form Less"
    static let settingsVersion = 1
    static let form = SettingsForm([
        SettingsField("issuer", .text, label: "", help: "x", isRequired: true),
        SettingsField("issuer", .text, label: "Issuer", help: "The issuer again.", isRequired: true),
        SettingsField("clientSecret", .text, label: "Secret", help: "The client's secret."),
        SettingsField("maxAge", .integer(0...10), label: "Age", help: "The longest age.", example: "eleven"),
    ])

    struct Settings: Codable, Sendable {
        var issuer: String

        enum CodingKeys: String, CodingKey { case issuer }

        init(from decoder: any Decoder) throws {
            issuer = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .issuer)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(issuer + "!", forKey: .issuer)
        }
    }

    static func migrate(_ settings: Data, from version: Int) throws(SettingsError) -> Settings {
        do {
            return try JSONDecoder().decode(Settings.self, from: Data(#"{"issuer":"x"}"#.utf8))
        } catch {
            throw SettingsError(at: [], "cannot be")
        }
    }

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {}

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        LoginStep(.ask([]), state: LoginState(Data(count: LoginState.maximumBytes + 1)))
    }

    func completeLogin(_ callback: LoginCallback, resuming login: PendingLogin) async throws(LoginError) -> LoginOutcome
    {
        .denied(Denial(.cancelled))
    }
}

/// Rules over forms and settings go red too.
@Suite struct FormRuleTests {
    private let row = ProviderUnderTest(
        "formless", FormlessProvider.self, .other, settings: ["issuer": "x"], abilities: [],
        expected: ExpectedIdentity()
    ) { try ScriptedOpenIDProvider($0, .small) }

    /// What the module breaks.
    static let rules = [
        "module.kind", "settings.words", "settings.keys", "settings.secrets", "settings.examples", "settings.codable",
        "settings.version", "begin.state-size", "identity.honest",
    ]

    @Test(arguments: rules)
    func `a form with a mistake breaks the rule about it`(id: String) async throws {
        let rule = try ProviderRule.named(id)
        await #expect(throws: RuleFailure.self) { try await rule.check(row) }
    }
}
