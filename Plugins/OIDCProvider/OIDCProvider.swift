// OIDCProvider is the kind `oidc`: any OpenID Provider that follows the specification, and the ground on which vendor
// modules stand. A vendor module *has* an `OIDCProvider`, conforms to `OIDCVendor` and overrides up to three hooks; it
// keeps every ability without writing it.
//
// - `OIDCProvider`           the connection; no I/O when it is made
// - `OIDCProvider+Settings`, `+Form`              what an operator configures
// - `OIDCProvider+Identity`  from verified tokens to the identity
// - `OIDCVendor`             the hooks, and the abilities that follow from them
// - `OIDCVendor+Login`, `+Logout`, `+Refresh`      the abilities
// - `OIDCProvider+Client`, `ClientAuthenticationMethod`   how the client says who it is, by secret or key
// - `OIDCKeyVendor`          vendors that take a key, and the key set that is published for them
// - `OIDCProvider+Pushed`    the request sent ahead
// - `UpstreamHandle`         what is kept of the session there
// - `OIDCProvider+Lint`, `+ClientLint`, `+MetadataLint`   what is wrong before a customer finds it
// - `Profile/`               vendors that need no Swift: a document that fills settings in and adds checks

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
    /// What is left of the profile, where there is one.
    let profile: ResolvedProfile?
    let context: ProviderContext
    /// Signs client assertions; nil where the client authenticates otherwise, or has no key yet.
    var assertionIssuer: ClientAssertionIssuer?
    /// Whether the vendor knows our key by a certificate, which its operator uploads.
    var isKnownByCertificate = false

    /// Itself: the plain kind is a vendor without peculiarities.
    public var oidc: OIDCProvider { self }

    /// Makes a connection; does no I/O.
    public init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        let resolved = try settings.resolved()
        let settings = resolved.settings
        var configuration = RelyingParty.Configuration(
            issuer: settings.issuer, clientID: settings.clientID, algorithms: settings.signingAlgorithms)
        if let discovery = resolved.discovery { configuration?.discoveryURL = discovery }
        try self.init(
            id: id, settings: settings, configuration: configuration, context: context, profile: resolved.profile)
    }

    /// Makes a connection for a vendor whose issuer does not tell where its metadata is.
    package init(
        id: ConnectionID, settings: Settings, configuration: RelyingParty.Configuration?, context: ProviderContext
    ) throws(SettingsError) {
        try self.init(id: id, settings: settings, configuration: configuration, context: context, profile: nil)
    }

    private init(
        id: ConnectionID, settings: Settings, configuration: RelyingParty.Configuration?, context: ProviderContext,
        profile: ResolvedProfile?
    ) throws(SettingsError) {
        let problems = settings.problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        guard var configuration else {
            throw SettingsError(
                at: profile == nil ? ["issuer"] : ["profile", "issuer"],
                "must be an https URL without query and fragment")
        }
        configuration.allowsUntypedLogoutTokens = settings.untypedLogoutTokens
        self.id = id
        self.settings = settings
        self.context = context
        self.profile = profile
        relyingParty = RelyingParty(configuration, context: context)
        guard settings.tokenEndpointAuthMethod == .privateKeyJWT else { return }
        assertionIssuer = clientKeys.first.map { ClientAssertionIssuer(clientID: settings.clientID, key: $0) }
    }
}
