// EntraProvider is the kind `entra`: Microsoft Entra ID, one tenant or a list of them.
//
// - `EntraProvider`            the connection, and what an ID token of Entra ID must say
// - `EntraProvider+Settings`, `+Form`   what an operator configures
// - `EntraProvider+Identity`   `tid` and `oid`, the address and what speaks for it, groups
// - `EntraProvider+Certificate`  the certificates that an operator uploads in place of a secret
// - `GraphGroups`              the groups that a token leaves out, page by page
// - `EntraProvider+Directory`, `GraphUsers`, `TenantScan`   who is in the tenants, and who left them
//
// Every check of OpenID Connect is OIDCProvider's; the issuer of several tenants is OpenIDConnect's `TenantIssuers`.

public import Broker
import Foundation
public import OIDCProvider
public import OpenIDConnect

/// A connection to Microsoft Entra ID.
public struct EntraProvider: OIDCKeyVendor {
    /// `entra`.
    public static let kind: ProviderKind = "entra"
    /// The first version.
    public static let settingsVersion = 1

    /// The connection below.
    public let oidc: OIDCProvider
    /// What the operator configured.
    public let settings: Settings
    let issuers: TenantIssuers
    let graph: GraphGroups
    let tokens = AccessTokenCache()
    let context: ProviderContext

    /// Makes a connection; does no I/O.
    public init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        let problems = settings.problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        let tenants = settings.canonicalTenants
        guard let issuers = TenantIssuers(template: settings.issuerTemplate, tenants: tenants),
            let discoveryURL = Discovery.documentURL(issuer: "\(settings.loginURL)/\(settings.authority)/v2.0"),
            let graphURL = URL(string: settings.graphURL)
        else { throw SettingsError(at: ["tenants"], "make no issuer") }
        self.settings = settings
        self.issuers = issuers
        self.context = context
        graph = GraphGroups(origin: graphURL, transport: context.transport)
        let below = settings.oidc
        var connection = try OIDCProvider(
            id: id, settings: below,
            configuration: tenants.count == 1
                ? RelyingParty.Configuration(
                    issuer: below.issuer, discoveryURL: discoveryURL, clientID: below.clientID,
                    algorithms: below.signingAlgorithms)
                : RelyingParty.Configuration(
                    tenants: issuers, discoveryURL: discoveryURL, clientID: below.clientID,
                    algorithms: below.signingAlgorithms),
            context: context)
        do throws(LoginError) {
            try connection.nameKeyByCertificate()
        } catch {
            throw SettingsError(at: ["tokenEndpointAuthMethod"], error.detail)
        }
        oidc = connection
    }

    /// A configured tenant that is the issuer's, and a person: without `oid` nobody can be told from another.
    public func checkIDToken(_ token: IDToken) throws(LoginError) -> Denial? {
        _ = try tenant(of: token)
        _ = try person(of: token)
        return nil
    }

    /// What OIDCProvider finds, at the keys of this kind.
    ///
    /// Entra ID lists neither PKCE, which it supports, nor Graph's scopes.
    public func lint() async -> [LintFinding] {
        let below = await oidc.lint().compactMap { finding -> LintFinding? in
            guard finding.path != ["scopes"],
                finding.severity != .note || finding.path == ["tokenEndpointAuthMethod"]
            else { return nil }
            return finding.path == ["issuer"]
                ? LintFinding(finding.severity, path: ["tenants"], text: finding.text) : finding
        }
        return below + (await directoryFindings())
    }
}
