public import Broker
import OIDCProvider

extension KeycloakProvider {
    /// Compares the settings with what the realm says about itself.
    public func lint() async -> [LintFinding] {
        let below = await oidc.lint().map { finding in
            var finding = finding
            if finding.path == ["issuer"] { finding.path = ["baseURL"] }
            return finding
        }
        let findings = below + (await directoryFindings())
        guard settings.realm == "master" else { return findings }
        return findings + [
            LintFinding(
                .warning, path: ["realm"],
                text: "The realm master is for Keycloak's own administrators; use one of your own.")
        ]
    }
}
