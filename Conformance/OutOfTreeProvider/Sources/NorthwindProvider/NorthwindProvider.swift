import Broker
import OIDCProvider
import OpenIDConnect

/// A connection to Northwind, an OpenID Provider whose issuer is one for all its customers.
///
/// It has an `OIDCProvider`, which does what the protocol asks for and checks what the protocol promises. Three hooks say
/// what is peculiar about the vendor; each can only tighten.
public struct NorthwindProvider: OIDCVendor {
    /// `northwind`.
    public static let kind: ProviderKind = "northwind"
    /// The first version.
    public static let settingsVersion = 1

    /// What the operator configured.
    public let settings: Settings
    /// The connection below.
    public let oidc: OIDCProvider

    /// Makes a connection; does no I/O.
    public init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        self.settings = settings
        oidc = try OIDCProvider(id: id, settings: settings.oidc, context: context)
    }

    /// Sends people to the sign-in page of their own tenant.
    public func authorizationParameters(for request: LoginRequest) -> [String: String] {
        ["tenant_hint": settings.tenant]
    }

    /// The issuer is the same for every tenant, so that only this claim says whose token it is.
    ///
    /// The parameter of the request is a hint that anybody can change; it proves nothing.
    public func checkIDToken(_ token: IDToken) throws(LoginError) -> Denial? {
        guard token.claims.string("tenant") == settings.tenant else {
            throw LoginError(.issuerMismatch, detail: "Northwind tenant: the token is of another tenant")
        }
        return nil
    }

    /// The tenant is part of who somebody is.
    public func identity(
        _ identity: VerifiedIdentity, from tokens: VerifiedTokens
    ) async throws(LoginError) -> LoginOutcome {
        var identity = identity
        identity.subject.tenant = settings.tenant
        return .identity(identity)
    }
}
