// SPDX-License-Identifier: Apache-2.0

import Broker
import GoogleProvider
import OIDCProvider
import OpenIDConnect

/// The kind `google` at the OP of the vectors: everything is the plain kind's but the look at the ID token.
///
/// Google has one issuer and the files have another, so the module cannot be configured for it.
struct WorkspaceAtVectorOP: OIDCVendor {
    static let kind = GoogleProvider.kind
    static let form = GoogleProvider.form
    static let settingsVersion = GoogleProvider.settingsVersion

    let oidc: OIDCProvider
    private let google: GoogleProvider

    init(id: ConnectionID, settings: GoogleProvider.Settings, context: ProviderContext) throws(SettingsError) {
        google = try GoogleProvider(id: id, settings: settings, context: context)
        oidc = google.oidc
    }

    /// The module's own check over another connection.
    init(_ oidc: OIDCProvider, admitting domains: [String], context: ProviderContext) throws {
        var settings = GoogleProvider.Settings(
            clientID: "vectors", clientSecret: try unwrap(SecretReference("env:VECTORS"), "no reference"))
        settings.hostedDomains = domains
        google = try GoogleProvider(id: oidc.id, settings: settings, context: context)
        self.oidc = oidc
    }

    func checkIDToken(_ token: IDToken) throws(LoginError) -> Denial? { try google.checkIDToken(token) }
}
