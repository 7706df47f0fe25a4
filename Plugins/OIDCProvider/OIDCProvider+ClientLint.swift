import Broker
import Foundation
import OpenIDConnect

extension OIDCProvider {
    /// How long before the last day of a secret the lint begins to warn.
    private static let secretWarning = Duration.seconds(30 * 86_400)

    /// What is wrong with how the client says who it is.
    func clientFindings() -> [LintFinding] {
        [credentialProblem, secretEnd, publishedKeysNote].compactMap { $0 }
    }

    /// The secret cannot be read or is too short, or the key is not made yet.
    private var credentialProblem: LintFinding? {
        switch settings.tokenEndpointAuthMethod {
        case .privateKeyJWT:
            guard assertionIssuer == nil else { return nil }
            return LintFinding(
                .error, path: ["tokenEndpointAuthMethod"],
                text: "The connection has no key yet, so the provider cannot read one; a running server makes it "
                    + "within a minute and publishes it at \(keysAddress).")
        case .none: return nil
        case .basic, .post, .clientSecretJWT:
            do throws(LoginError) {
                try requireClientSecret()
                return nil
            } catch {
                return LintFinding(.error, path: ["clientSecret"], text: "\(error.detail).")
            }
        }
    }

    /// Where the provider's operator finds the keys.
    private var publishedKeysNote: LintFinding? {
        guard assertionIssuer != nil else { return nil }
        let text =
            isKnownByCertificate
            ? "The client's certificates, now and next, are at \(keysAddress); upload both at the provider."
            : "The client's keys are published at \(keysAddress); register that address at the provider."
        return LintFinding(.note, path: ["tokenEndpointAuthMethod"], text: text)
    }

    private var keysAddress: String { context.callbackURL.absoluteString + "/metadata" }

    private var secretEnd: LintFinding? {
        guard settings.tokenEndpointAuthMethod.needsSecret, let day = settings.clientSecretExpires,
            let end = CivilDate.endOfDay(day)
        else { return nil }
        let now = context.time.now
        if end <= now {
            return LintFinding(
                .error, path: ["clientSecretExpires"],
                text: "The client secret ended with \(day); make a new one at the provider.")
        }
        guard end <= now + Self.secretWarning else { return nil }
        return LintFinding(
            .warning, path: ["clientSecretExpires"],
            text: "The client secret ends with \(day); make a new one at the provider before that.")
    }
}
