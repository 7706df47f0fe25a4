public import Foundation

/// What a login round was begun with.
///
/// All but `state` comes from the engine's record, so a module cannot be told another nonce than the one that was sent.
public struct PendingLogin: Sendable {
    /// The one-time values of the round that ends now; already consumed.
    public let sent: LoginSecrets
    /// One-time values for the next round, should the module answer `.next`.
    public let fresh: LoginSecrets
    /// The module's own bytes from `LoginStep.state`.
    public let state: LoginState
    /// The round that ends now, from 1 to `maximumRounds`.
    public let round: Int
    /// The callback that the round was begun with.
    public let callbackURL: URL
    /// How strong and how recent the sign-in must be.
    public let requirements: AuthenticationRequirements
    /// When the round was begun.
    public let startedAt: Timestamp

    /// The most rounds of one login with one connection: a code by e-mail that is sent three times and typed five takes
    /// nine, one more asks for the address.
    public static let maximumRounds = 10

    /// A pending login.
    public init(
        sent: LoginSecrets, fresh: LoginSecrets, state: LoginState, round: Int, callbackURL: URL,
        requirements: AuthenticationRequirements, startedAt: Timestamp
    ) {
        self.sent = sent
        self.fresh = fresh
        self.state = state
        self.round = round
        self.callbackURL = callbackURL
        self.requirements = requirements
        self.startedAt = startedAt
    }
}
