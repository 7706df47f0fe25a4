// OIDCProvider is the kind `oidc`: any OpenID Provider that follows the specification, and the ground on which vendor
// modules stand. A vendor module *has* an `OIDCProvider`, conforms to `OIDCVendor` and overrides up to three hooks; it
// keeps every ability without writing it.
//
// - `OIDCProvider`           the connection; no I/O when it is made
// - `OIDCProvider+Settings`, `+Form`              what an operator configures
// - `OIDCProvider+Identity`  from verified tokens to the identity
// - `OIDCVendor`             the hooks, and the abilities that follow from them
// - `OIDCVendor+Login`, `+Logout`, `+Refresh`      the abilities
// - `OIDCProvider+Lint`      what is wrong before a customer finds it

public import Broker
import Foundation
package import OpenIDConnect

/// A connection to an OpenID Provider.
public struct OIDCProvider: OIDCVendor {
    /// `oidc`.
    public static let kind: ProviderKind = "oidc"
    /// The first version.
    public static let settingsVersion = 1

    /// The connection's name.
    public let id: ConnectionID
    /// What the operator configured.
    public let settings: Settings
    package let relyingParty: RelyingParty
    let context: ProviderContext

    /// Itself: the plain kind is a vendor without peculiarities.
    public var oidc: OIDCProvider { self }

    /// Makes a connection; does no I/O.
    public init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        try self.init(
            id: id, settings: settings,
            configuration: RelyingParty.Configuration(
                issuer: settings.issuer, clientID: settings.clientID, algorithms: settings.signingAlgorithms),
            context: context)
    }

    /// Makes a connection for a vendor whose issuer does not tell where its metadata is.
    package init(
        id: ConnectionID, settings: Settings, configuration: RelyingParty.Configuration?, context: ProviderContext
    ) throws(SettingsError) {
        let problems = settings.problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        guard var configuration else {
            throw SettingsError(at: ["issuer"], "must be an https URL without query and fragment")
        }
        configuration.allowsUntypedLogoutTokens = settings.untypedLogoutTokens
        self.id = id
        self.settings = settings
        self.context = context
        relyingParty = RelyingParty(configuration, context: context)
    }

    /// How we authenticate at the token endpoint.
    ///
    /// The secret is read now, so that a rotated one needs no restart.
    package func authentication() throws(LoginError) -> ClientAuthentication {
        guard settings.tokenEndpointAuthMethod != .none else { return .none }
        guard let reference = settings.clientSecret else {
            throw LoginError(.configurationInvalid, detail: "clientSecret is not configured")
        }
        do throws(SettingsError) {
            let secret = try context.secrets.value(of: reference)
            return settings.tokenEndpointAuthMethod == .post ? .post(secret) : .basic(secret)
        } catch {
            // Names the place and never what was found there.
            throw LoginError(.configurationInvalid, detail: "clientSecret: \(error)", underlying: error)
        }
    }
}
