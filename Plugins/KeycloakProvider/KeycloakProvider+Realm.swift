import Broker
import Foundation
public import OIDCProvider

extension KeycloakProvider.Settings {
    /// The realm stands in the issuer; every realm has its own keys.
    var issuer: String { "\(serverURL(at: baseURL))/realms/\(realm)" }

    /// What stands before every path of the server.
    func serverURL(at address: String) -> String {
        (address.hasSuffix("/") ? String(address.dropLast()) : address) + (legacyPath ? "/auth" : "")
    }

    /// The settings of the connection below.
    var openID: OIDCProvider.Settings {
        var settings = OIDCProvider.Settings(issuer: issuer, clientID: clientID, clientSecret: clientSecret)
        settings.tokenEndpointAuthMethod = tokenEndpointAuthMethod
        settings.clientSecretExpires = clientSecretExpires
        settings.clientAssertionAlgorithm = clientAssertionAlgorithm
        settings.scopes = scopes
        settings.signingAlgorithms = signingAlgorithms
        settings.emailEvidence = emailEvidence
        settings.claims.groups = groupsClaim
        settings.untypedLogoutTokens = untypedLogoutTokens
        return settings
    }

    /// What the form cannot see.
    var problems: [SettingsError.Problem] { [realmProblem, baseProblem].compactMap { $0 } + directoryProblems }

    /// The realm becomes part of a path: what would need escaping there, or lead elsewhere, is refused.
    private var realmProblem: SettingsError.Problem? {
        guard realm.wholeMatch(of: /[0-9A-Za-z_~][0-9A-Za-z._~\-]{0,254}/) == nil else { return nil }
        return .init(
            path: ["realm"], text: "must be letters, digits and - . _ ~, as it stands in the realm's addresses")
    }

    private var baseProblem: SettingsError.Problem? {
        guard let url = URL(string: baseURL), url.query() == nil, url.fragment() == nil else {
            return .init(path: ["baseURL"], text: "must be an address without query and fragment")
        }
        let segments = url.path().split(separator: "/")
        if segments.contains("realms") {
            return .init(path: ["baseURL"], text: "is the address of a realm; the server is what stands before /realms")
        }
        guard legacyPath, segments.last == "auth" else { return nil }
        return .init(path: ["baseURL"], text: "ends in /auth, which legacyPath adds already")
    }
}

extension KeycloakProvider {
    /// What the connection below is configured with.
    public static func openID(_ settings: Settings) -> OIDCProvider.Settings { settings.openID }
}
