public import Broker
import OIDCProvider

extension OktaProvider {
    /// Compares the settings with what the authorization server says about itself.
    public func lint() async -> [LintFinding] {
        let below = await oidc.lint()
        let hints = [
            below.contains { $0.severity == .error && $0.path == ["issuer"] } ? issuerHint : nil, addressHint,
        ]
        return below.map(renamed) + hints.compactMap { $0 }
    }

    /// The findings of the connection below, at the settings of this kind.
    private func renamed(_ finding: LintFinding) -> LintFinding {
        let path: [String] =
            switch finding.path.first {
            case "issuer": ["domain"]
            case "scopes": groupsScopePath ?? ["offlineAccess"]
            case "clientSecret", "clientSecretExpires", "tokenEndpointAuthMethod": finding.path
            default: []
            }
        return LintFinding(finding.severity, path: path, text: finding.text)
    }

    private var groupsScopePath: [String]? { settings.groupsScope.map { _ in ["groups", "scope"] } }

    private var issuerHint: LintFinding {
        LintFinding(
            .note, path: ["authorizationServer"],
            text:
                "The issuer in use is \(settings.issuer). The org's own server has nothing behind the host, a custom "
                + "one has /oauth2/ and its id, and a custom domain counts where the server's issuer mode says so.")
    }

    private var addressHint: LintFinding? {
        guard settings.emailEvidence == .tenantOwnsDomain else { return nil }
        return LintFinding(
            .note, path: ["emailEvidence"],
            text: "Every address that Okta names is believed; see that people cannot change theirs in their profile.")
    }
}
