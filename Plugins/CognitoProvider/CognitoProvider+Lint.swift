public import Broker
import OIDCProvider
import OpenIDConnect

extension CognitoProvider {
    /// Compares the settings with what the pool says about itself.
    public func lint() async -> [LintFinding] {
        let findings = await oidc.lint().filter { !isUsual($0) }.map(renamed)
        return findings + (await endpointFindings()) + (await directoryFindings()) + ownFindings
    }

    /// Pools take public clients and PKCE without a word of it in their metadata.
    private func isUsual(_ finding: LintFinding) -> Bool {
        (finding.path == ["tokenEndpointAuthMethod"] && settings.clientSecret == nil)
            || (finding.path == ["issuer"] && finding.severity == .note)
    }

    /// Region and pool are the issuer here, and the secret decides on the client authentication.
    private func renamed(_ finding: LintFinding) -> LintFinding {
        let keys = [
            "issuer": "userPoolID", "tokenEndpointAuthMethod": "clientSecret", "signingAlgorithms": "userPoolID",
        ]
        var finding = finding
        finding.path = finding.path.map { keys[$0] ?? $0 }
        return finding
    }

    private func endpointFindings() async -> [LintFinding] {
        guard let metadata = try? await oidc.relyingParty.metadata(), let problem = domainProblem(in: metadata) else {
            return []
        }
        return [LintFinding(.error, path: ["domain"], text: "\(problem).")]
    }

    private var ownFindings: [LintFinding] {
        var findings: [LintFinding] = []
        if settings.endpoint != nil {
            findings.append(
                LintFinding(.warning, path: ["endpoint"], text: "The endpoint is for tests on one machine."))
        }
        if !settings.signsOut {
            findings.append(LintFinding(.note, path: ["domain"], text: "Without it people stay signed in at Cognito."))
        }
        if settings.trustFederatedEmail {
            findings.append(
                LintFinding(
                    .note, path: ["trustFederatedEmail"],
                    text: "Every identity provider of the pool is believed where it says that an address is verified."))
        }
        return findings
    }
}
