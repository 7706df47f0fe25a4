// KeycloakProvider is the kind `keycloak`: one realm of a Keycloak server. It has an `OIDCProvider` and knows what
// Keycloak does differently.
//
// - `KeycloakProvider`             the connection, and the hooks of `OIDCVendor`
// - `KeycloakProvider+Settings`, `+Form`, `+Realm`    what an operator configures, and what follows from it
// - `KeycloakProvider+Roles`       roles from the verified access token
// - `RoleReader`, `GroupNames`     what such a token says, and names that cannot be confused
// - `KeycloakProvider+Directory`, `RealmUsers`         who is in the realm
// - `KeycloakProvider+DirectoryGroups`                 groups and roles, asked of the realm's administration
// - `KeycloakProvider+Lint`        what is wrong before a customer finds it

public import Broker
public import OIDCProvider
public import OpenIDConnect

/// A connection to a realm of a Keycloak server.
public struct KeycloakProvider: OIDCKeyVendor {
    /// `keycloak`.
    public static let kind: ProviderKind = "keycloak"
    /// The first version.
    public static let settingsVersion = 1

    /// The connection below.
    public let oidc: OIDCProvider
    /// What the operator configured.
    public let settings: Settings
    let tokens = AccessTokenCache()
    let context: ProviderContext

    /// Makes a connection; does no I/O.
    public init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        let problems = settings.problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        self.settings = settings
        self.context = context
        do throws(SettingsError) {
            oidc = try OIDCProvider(id: id, settings: settings.openID, context: context)
        } catch {
            throw SettingsError(
                error.problems.map { .init(path: $0.path == ["issuer"] ? ["baseURL"] : $0.path, text: $0.text) })
        }
    }

    /// The identity provider of the realm that people are sent to at once.
    public func authorizationParameters(for request: LoginRequest) -> [String: String] {
        settings.idpHint.map { ["kc_idp_hint": $0] } ?? [:]
    }

    /// Keycloak names the kind of a token in its payload, for the header of ID and access tokens says `JWT` alike; an
    /// access token with our audience and the login's nonce would otherwise pass for an ID token.
    public func checkIDToken(_ token: IDToken) throws(LoginError) -> Denial? {
        try require("ID", in: token.claims)
        return nil
    }

    /// Adds the roles of the access token.
    public func identity(
        _ identity: VerifiedIdentity, from tokens: VerifiedTokens
    ) async throws(LoginError) -> LoginOutcome {
        var identity = identity
        identity.groups = await groups(besides: identity.groups, tokens)
        return .identity(identity)
    }

    /// A token is of the kind that its payload names.
    func require(_ kind: String, in claims: ClaimSet) throws(LoginError) {
        guard claims.string("typ") == kind else {
            let said = claims.string("typ").map(Wire.quoted) ?? "absent"
            throw LoginError(.upstreamInvalid, detail: "Keycloak: the payload's typ is \(said), not \(kind)")
        }
    }
}
