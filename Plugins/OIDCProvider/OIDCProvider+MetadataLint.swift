import Broker
import Foundation
import OpenIDConnect

extension OIDCProvider {
    /// Tokens count within a minute of both clocks; from here on it is worth a warning.
    private static let clockWarning = Duration.seconds(15)

    /// Discovery 4.3, said so that the operator can copy what is right.
    func issuerMismatch(_ probe: DiscoveryProbe?) -> LintFinding? {
        guard let said = probe?.issuer, !said.utf8.elementsEqual(settings.issuer.utf8) else { return nil }
        let hint =
            if Self.withoutSlash(said) == Self.withoutSlash(settings.issuer) {
                "only the final slash differs, and it counts"
            } else if said.lowercased() == settings.issuer.lowercased() {
                "only upper and lower case differ, and they count"
            } else {
                "configure what the metadata says, if that is the provider that you mean"
            }
        return LintFinding(
            .error, path: ["issuer"],
            text: "The metadata at \(relyingParty.configuration.discoveryURL.absoluteString) says that the issuer is "
                + "\(Wire.quoted(said)), the connection says \(Wire.quoted(settings.issuer)): \(hint).")
    }

    private static func withoutSlash(_ text: String) -> String { text.hasSuffix("/") ? String(text.dropLast()) : text }

    /// The provider's clock by its own answer.
    func clockDifference(_ probe: DiscoveryProbe?) -> LintFinding? {
        guard let lead = probe?.clockLead else { return nil }
        let distance = lead < .zero ? .zero - lead : lead
        guard distance > Self.clockWarning else { return nil }
        let skew = relyingParty.configuration.skew
        return LintFinding(
            distance > skew ? .error : .warning, path: ["issuer"],
            text: "The provider's clock is \(distance.wholeSeconds) seconds \(lead < .zero ? "behind" : "ahead of") "
                + "this machine's; tokens count within \(skew.wholeSeconds).")
    }

    /// RFC 7518 3.3: a key that can be broken is not used, so its tokens are refused.
    func weakKeys() async -> LintFinding? {
        let count = await relyingParty.weakKeyCount()
        guard count > 0 else { return nil }
        return LintFinding(
            .warning, path: ["issuer"],
            text: "Keys of the provider that are too weak and not used: \(count). Tokens that they sign are refused.")
    }

    /// Core 3.1.3.7 step 6 lets an OP leave the signature out; the broker does not.
    func unsignedTokens(_ metadata: ProviderMetadata) -> LintFinding? {
        guard metadata.signingAlgorithms.contains("none") else { return nil }
        return LintFinding(
            .note, path: ["signingAlgorithms"],
            text: "The provider also gives unsigned ID tokens to clients that want them; the broker takes none.")
    }

    /// RFC 9126 5.
    func pushedAuthorization(_ metadata: ProviderMetadata) -> LintFinding? {
        let text: String? =
            switch (settings.pushedAuthorization, metadata.pushedAuthorizationRequestEndpoint) {
            case (.never, _) where metadata.requiresPushedAuthorizationRequests:
                "The provider wants pushed requests; set whenOffered."
            case (.always, nil): "The provider has no endpoint for pushed requests; set whenOffered."
            case (.whenOffered, nil) where metadata.requiresPushedAuthorizationRequests:
                "The provider wants pushed requests, and names no endpoint for them."
            default: nil
            }
        return text.map { LintFinding(.error, path: ["pushedAuthorization"], text: $0) }
    }
}
