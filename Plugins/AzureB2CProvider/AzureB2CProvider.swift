// AzureB2CProvider is the kind `azure-b2c`: Azure AD B2C with one user flow or custom policy.
//
// - `AzureB2CProvider`            the connection, and what an ID token of the policy must say
// - `AzureB2CProvider+Settings`, `+Form`   what an operator configures
// - `AzureB2CProvider+Identity`   the address, which comes as a list
//
// Every check of OpenID Connect is OIDCProvider's; here the issuer and the metadata's address are two things.

public import Broker
import Foundation
public import OIDCProvider
public import OpenIDConnect

/// A connection to a policy of Azure AD B2C.
public struct AzureB2CProvider: OIDCVendor {
    /// `azure-b2c`.
    public static let kind: ProviderKind = "azure-b2c"
    /// The first version.
    public static let settingsVersion = 1

    /// The connection below.
    public let oidc: OIDCProvider
    /// What the operator configured.
    public let settings: Settings

    /// Makes a connection; does no I/O.
    public init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        let problems = settings.problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        guard let discoveryURL = Discovery.documentURL(issuer: settings.authority) else {
            throw SettingsError(at: ["tenant"], "makes no address")
        }
        self.settings = settings
        let below = settings.oidc
        oidc = try OIDCProvider(
            id: id, settings: below,
            configuration: RelyingParty.Configuration(
                issuer: below.issuer, discoveryURL: discoveryURL, clientID: below.clientID,
                algorithms: below.signingAlgorithms),
            context: context)
    }

    /// An allowed policy, this tenant, and a subject that is one.
    public func checkIDToken(_ token: IDToken) throws(LoginError) -> Denial? {
        try requirePolicy(token.claims)
        try requireTenant(token.claims)
        try requireSubject(token.subject)
        return nil
    }

    /// What OIDCProvider finds, at the keys of this kind; B2C does not say that it supports PKCE, which it does.
    public func lint() async -> [LintFinding] {
        await oidc.lint().compactMap { finding in
            guard finding.path != ["scopes"], finding.severity != .note else { return nil }
            return finding.path == ["issuer"]
                ? LintFinding(finding.severity, path: ["policies"], text: finding.text) : finding
        }
    }
}

// MARK: Checks

extension AzureB2CProvider {
    /// The policy that signed the person in: `tfp`, or `acr` of older policies.
    ///
    /// All policies of a tenant share one issuer and usually the keys, but not what they demand of a person: one may
    /// let anybody sign up.
    private func requirePolicy(_ claims: ClaimSet) throws(LoginError) {
        let name = claims.contains("tfp") ? claims.string("tfp") : claims.string("acr")
        guard let name, settings.policies.contains(where: { Self.isSamePolicy($0, name) }) else {
            throw LoginError(
                .issuerMismatch,
                detail: "the policy (tfp or acr) is \(name.map(Wire.quoted) ?? "absent"), not one that is configured")
        }
    }

    /// B2C changes the case of policies; names are ASCII, so that nothing else folds together.
    private static func isSamePolicy(_ configured: String, _ said: String) -> Bool {
        said.utf8.allSatisfy { $0 < 0x80 } && configured.lowercased() == said.lowercased()
    }

    /// Custom policies may send `tid`; the issuer has named the tenant already, and the two cannot differ.
    private func requireTenant(_ claims: ClaimSet) throws(LoginError) {
        guard !claims.contains("tid") || claims.string("tid").flatMap(GUIDText.canonical) == settings.canonicalTenantID
        else { throw LoginError(.issuerMismatch, detail: "tid is not the configured tenant") }
    }

    /// A policy can be set not to support `sub`, and then says so in a sentence, which would be one person for all.
    private func requireSubject(_ subject: String) throws(LoginError) {
        guard !subject.lowercased().hasPrefix("not supported") else {
            throw LoginError(
                .subjectInvalid,
                detail: "sub says that it is not supported; set the policy's Subject (sub) claim to ObjectID")
        }
    }
}
