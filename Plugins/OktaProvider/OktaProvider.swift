// OktaProvider is the kind `okta`: the org authorization server of an Okta org, or a custom one in it.
//
// - `OktaProvider`             the connection, and what is peculiar about its tokens
// - `OktaProvider+Settings`, `+Form`       what an operator configures
// - `OktaProvider+Lint`        what is wrong before a customer finds it

public import Broker
public import OIDCProvider
public import OpenIDConnect

/// A connection to an Okta authorization server.
public struct OktaProvider: OIDCKeyVendor {
    /// `okta`.
    public static let kind: ProviderKind = "okta"
    /// The first version.
    public static let settingsVersion = 1

    /// What the operator configured.
    public let settings: Settings
    /// The connection below.
    public let oidc: OIDCProvider

    /// Okta cuts a longer list of groups without a word.
    static let maximumGroups = 100

    /// Makes a connection; does no I/O.
    public init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        let problems = settings.problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        self.settings = settings
        oidc = try OIDCProvider(id: id, settings: settings.oidc, context: context)
    }

    /// An access token of a custom server has the same issuer and keys, and whatever audience its operator chose: that
    /// may be our client id.
    public func checkIDToken(_ token: IDToken) throws(LoginError) -> Denial? {
        guard !token.claims.contains("cid"), !token.claims.contains("scp") else {
            throw LoginError(.upstreamInvalid, detail: "Okta cid, scp: an access token is not an ID token")
        }
        return nil
    }

    /// What the connection below is configured with.
    public static func openID(_ settings: Settings) -> OIDCProvider.Settings { settings.oidc }

    /// Okta answers a sign-out that names no ID token with an error page; our own page is better than that.
    public func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep {
        guard oidc.holdsIDToken(request.session) else { return .notConfigured }
        return try await oidc.beginLogout(request)
    }

    /// A list of groups that is as long as Okta makes them may be longer in truth.
    public func identity(
        _ identity: VerifiedIdentity, from tokens: VerifiedTokens
    ) async throws(LoginError) -> LoginOutcome {
        var identity = identity
        if identity.groups.values.count >= Self.maximumGroups {
            identity.groups = GroupSet(identity.groups.values, completeness: .overage)
        }
        return .identity(identity)
    }
}
