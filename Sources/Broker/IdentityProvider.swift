public import Foundation

/// A kind of identity provider: the module that every connection of that kind runs.
///
/// Two calls make a login. The engine creates and consumes every one-time value, binds the login to the browser, checks
/// that the connection is still enabled before both calls, and re-checks the identity that comes back; a module cannot
/// skip any of it.
public protocol IdentityProvider: Sendable {
    /// What an operator configures for one connection of this kind.
    associatedtype Settings: Codable & Sendable

    /// The name that configuration uses for this kind.
    static var kind: ProviderKind { get }

    /// Every settings field, from which prompts, JSON Schema and pages are generated.
    static var form: SettingsForm { get }

    /// The version of `Settings` that this module writes. Starts at 1 and grows when stored settings change shape.
    static var settingsVersion: Int { get }

    /// Turns settings stored by an older version of the module into today's.
    ///
    /// - Parameters:
    ///   - settings: The stored settings as JSON.
    ///   - version: The version that wrote them; always below `settingsVersion`.
    static func migrate(_ settings: Data, from version: Int) throws(SettingsError) -> Settings

    /// Makes one connection. Does no I/O: a connection loads while its IdP is down.
    ///
    /// - Parameters:
    ///   - id: The connection; every `SubjectKey` that comes back must carry it.
    ///   - settings: The operator's settings, already checked against `form`.
    ///   - context: What the module may use.
    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError)

    /// Starts a login and says where the browser goes next.
    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep

    /// Finishes a login round from what the browser brought back.
    ///
    /// - Parameters:
    ///   - callback: The raw request at this connection's callback endpoint.
    ///   - login: What this round was begun with, from the engine's own record.
    func completeLogin(_ callback: LoginCallback, resuming login: PendingLogin) async throws(LoginError) -> LoginOutcome
}

extension IdentityProvider {
    /// The first version of a module has nothing to migrate from.
    public static func migrate(_ settings: Data, from version: Int) throws(SettingsError) -> Settings {
        throw SettingsError(at: [], "settings version \(version) is not known to kind \(Self.kind)")
    }
}
