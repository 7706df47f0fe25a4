import Broker
import OpenIDConnect

extension OIDCProvider {
    /// What is wrong with the connection, by what the OP says about itself.
    func findings() async -> [LintFinding] {
        let probe = await relyingParty.probe()
        let mismatch = issuerMismatch(probe)
        var findings = clientFindings() + profileNotes + [mismatch, clockDifference(probe)].compactMap { $0 }
        do throws(LoginError) {
            findings += comparison(with: try await relyingParty.metadata())
            if let problem = await relyingParty.refreshTrust().problem, mismatch == nil {
                findings.append(LintFinding(.error, path: ["issuer"], text: "The provider's keys: \(problem)."))
            }
            findings += [await weakKeys()].compactMap { $0 }
        } catch {
            guard mismatch == nil else { return findings }
            findings.append(LintFinding(.error, path: ["issuer"], text: "The provider's metadata: \(error.detail)."))
        }
        return findings
    }

    private func comparison(with metadata: ProviderMetadata) -> [LintFinding] {
        [
            insecureIssuer(), algorithms(metadata), proofKey(metadata), authMethod(metadata), responseMode(metadata),
            scopes(metadata), endSession(metadata), pushedAuthorization(metadata), unsignedTokens(metadata),
        ].compactMap { $0 }
    }

    private func insecureIssuer() -> LintFinding? {
        guard settings.issuer.hasPrefix("http:") else { return nil }
        return LintFinding(
            .warning, path: ["issuer"], text: "The issuer is plain http, which is for tests on one machine.")
    }

    private func algorithms(_ metadata: ProviderMetadata) -> LintFinding? {
        let usable = Set(metadata.signingAlgorithms).intersection(settings.signingAlgorithms)
        guard usable.isEmpty, !metadata.signingAlgorithms.isEmpty else { return nil }
        let known = RelyingParty.algorithms.filter(metadata.signingAlgorithms.contains)
        let advice = known.isEmpty ? "none that the broker takes" : known.joined(separator: ", ")
        return LintFinding(
            .error, path: ["signingAlgorithms"], text: "The provider signs with none of these; it offers \(advice).")
    }

    private func proofKey(_ metadata: ProviderMetadata) -> LintFinding? {
        guard let methods = metadata.codeChallengeMethods else {
            return LintFinding(
                .note, path: ["issuer"],
                text: "The provider does not say that it supports PKCE; the broker sends it all the same.")
        }
        guard !methods.contains("S256") else { return nil }
        return LintFinding(.warning, path: ["issuer"], text: "The provider does not support PKCE with S256.")
    }

    private func authMethod(_ metadata: ProviderMetadata) -> LintFinding? {
        let supported = metadata.tokenEndpointAuthMethods ?? ["client_secret_basic"]
        guard !supported.contains(settings.tokenEndpointAuthMethod.rawValue) else { return nil }
        let usable = Settings.TokenEndpointAuthMethod.allCases.map(\.rawValue).filter(supported.contains)
        return LintFinding(
            .error, path: ["tokenEndpointAuthMethod"],
            text:
                "The provider does not take this; of the broker's methods it takes: \(usable.joined(separator: ", ")).")
    }

    private func responseMode(_ metadata: ProviderMetadata) -> LintFinding? {
        let supported = metadata.responseModes ?? ["query", "fragment"]
        guard !supported.contains(settings.responseMode.rawValue) else { return nil }
        return LintFinding(.error, path: ["responseMode"], text: "The provider does not list this response mode.")
    }

    private func scopes(_ metadata: ProviderMetadata) -> LintFinding? {
        guard let supported = metadata.scopes else { return nil }
        let missing = settings.scopes.filter { !supported.contains($0) }
        guard !missing.isEmpty else { return nil }
        return LintFinding(
            .warning, path: ["scopes"], text: "The provider does not list: \(missing.joined(separator: ", ")).")
    }

    private func endSession(_ metadata: ProviderMetadata) -> LintFinding? {
        guard endSessionEndpoint(in: metadata) == nil, profile?.logout.link == nil else { return nil }
        return LintFinding(
            .note, path: ["issuer"], text: "The provider has no end_session_endpoint; people stay signed in there.")
    }
}
