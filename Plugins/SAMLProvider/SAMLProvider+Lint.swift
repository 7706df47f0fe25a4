public import Broker
import SAML

extension SAMLProvider: SettingsLint {
    /// Compares the settings with what the IdP's metadata says.
    public func lint() async -> [LintFinding] {
        var findings = exceptionFindings + [unverifiedEmail, unsolicited].compactMap { $0 }
        do throws(LoginError) {
            let idp = try await trust.current().description
            findings += [logout(idp), keys(idp), requestSignature(idp)].compactMap { $0 }
            findings += idp.ignoredKeys.map {
                LintFinding(.warning, path: ["trust"], text: "A key of the IdP's metadata does not count: \($0).")
            }
        } catch {
            findings.append(LintFinding(.error, path: ["trust"], text: "The IdP's metadata: \(error.detail)."))
        }
        return findings
    }

    private var exceptionFindings: [LintFinding] {
        exceptions.map {
            LintFinding(
                .warning, path: ["exceptions", $0.name],
                text: "A weak algorithm is taken until \(SAMLTime.text($0.until)); ask the IdP's operator to change it."
            )
        }
    }

    private var unverifiedEmail: LintFinding? {
        guard settings.emailEvidence == .none else { return nil }
        return LintFinding(
            .error, path: ["emailEvidence"], text: "Nothing speaks for an address, so that nobody can sign in.")
    }

    private var unsolicited: LintFinding? {
        guard settings.idpInitiated == .accept else { return nil }
        return LintFinding(
            .warning, path: ["idpInitiated"],
            text: "Logins that the IdP starts are taken; restart does the same for people and is safer.")
    }

    private func logout(_ idp: IdentityProviderDescription) -> LintFinding? {
        guard idp.singleLogout.isEmpty else { return nil }
        return LintFinding(
            .note, path: ["sloURL"], text: "The IdP has no Single Logout endpoint; people stay signed in there.")
    }

    private func keys(_ idp: IdentityProviderDescription) -> LintFinding? {
        let ended = idp.signingKeys.filter { $0.notAfter.map { $0 < context.time.now } ?? false }
        guard !ended.isEmpty else { return nil }
        return LintFinding(
            .note, path: ["trust"],
            text: "\(ended.count) of the IdP's certificates ended; the key in it counts all the same.")
    }

    private func requestSignature(_ idp: IdentityProviderDescription) -> LintFinding? {
        guard idp.wantsSignedRequests, !settings.signRequests else { return nil }
        return LintFinding(
            .warning, path: ["signRequests"],
            text: "The IdP wants signed requests, so that they are signed all the same.")
    }
}
