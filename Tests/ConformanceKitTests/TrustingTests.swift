import Broker
import ConformanceKit
import Foundation
import FoundationEssentials
import Testing

/// A module that believes whatever comes back.
private struct TrustingProvider: IdentityProvider {
    static let kind: ProviderKind = "trusting"
    static let form = SettingsForm([])
    static let settingsVersion = 1

    struct Settings: Codable, Sendable {}

    let id: ConnectionID

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) { self.id = id }

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        LoginStep(.redirect(request.callbackURL), state: LoginState(.init([1, 2, 3])))
    }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        .identity(
            VerifiedIdentity(
                subject: SubjectKey(connection: "other", issuer: "", subject: callback.parameters["who"] ?? "nobody")))
    }
}

private struct Anyone: ScriptedUpstream {
    func visit(_ action: LoginStep.Action, _ visit: KitVisit) async throws(KitFailure) -> KitArrival {
        KitArrival(.get, [("who", visit.person.subject)])
    }
}

/// What binds an answer to its login is looked for.
@Suite struct TrustingTests {
    private let row = ProviderUnderTest(
        "trusting", TrustingProvider.self, .other, settings: [:], abilities: [], expected: ExpectedIdentity()
    ) { _ in Anyone() }

    /// What the module breaks.
    static let rules = [
        "complete.other-login", "complete.kept-state", "complete.endpoint", "complete.method", "complete.empty",
        "complete.down", "identity.own-connection", "identity.once",
    ]

    @Test(arguments: rules)
    func `a module that believes everything breaks the rule`(id: String) async throws {
        let rule = try ProviderRule.named(id)
        await #expect(throws: RuleFailure.self) { try await rule.check(row) }
    }

    @Test func `a rule that the row says is not for it is passed over with its reason`() async throws {
        let excused = row.with { $0.rulesNotApplicable = ["identity.once": "the engine sees to it"] }
        let rule = try ProviderRule.named("identity.once")
        #expect(rule.reasonNotApplicable(to: excused) == "the engine sees to it")
        try await rule.check(excused)
    }
}
