// CognitoProvider is the kind `cognito`: one user pool of Amazon Cognito. It has an `OIDCProvider` and knows what Cognito
// does differently.
//
// - `CognitoProvider`             the connection, and the hooks of `OIDCVendor`
// - `CognitoProvider+Settings`, `+Form`, `+Pool`    what an operator configures, and what follows from it
// - `CognitoProvider+Identity`    token_use, groups, e-mail evidence
// - `CognitoProvider+Domain`      the pool's endpoints are at the pool's domain
// - `CognitoProvider+Logout`      the sign-out that is Cognito's own
// - `CognitoProvider+Directory`, `PoolUsers`        who is in the pool
// - `PoolAPI`, `AWSSignature`     the pool's own API, and how AWS wants it signed
// - `CognitoProvider+Lint`        what is wrong before a customer finds it
// - `EndpointOverride`            a test server in place of the pool's address

public import Broker
public import OIDCProvider
import OpenIDConnect

/// A connection to a user pool of Amazon Cognito.
public struct CognitoProvider: OIDCVendor {
    /// `cognito`.
    public static let kind: ProviderKind = "cognito"
    /// The first version.
    public static let settingsVersion = 1

    /// The connection below.
    public let oidc: OIDCProvider
    /// What the operator configured.
    public let settings: Settings
    let context: ProviderContext

    /// Makes a connection; does no I/O.
    public init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        let problems = settings.problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        self.context = context
        var context = context
        if let endpoint = settings.endpoint {
            context.transport = EndpointOverride(context.transport, from: settings.poolOrigin, to: endpoint)
        }
        self.settings = settings
        oidc = try OIDCProvider(id: id, settings: settings.openID, context: context)
    }

    /// Sends the browser to the pool's sign-in, once the pool's endpoints are found where they belong.
    public func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        try requireDomain(in: try await oidc.relyingParty.metadata())
        return try await oidc.beginLogin(request)
    }
}
