import CLibJWT
import Foundation

/// Why the witness did not vouch for a probe.
package enum WitnessRefusal: String, Error, Hashable, Sendable, CustomStringConvertible {
    /// libjwt 1.x knows the algorithm not, or the witness does not ask for it.
    case algorithmUnsupported = "algorithm_unsupported"
    /// libjwt did not verify the probe.
    case probeRefused = "probe_refused"
    /// libjwt verified the probe by another algorithm than the pinned one.
    case algorithmMismatch = "algorithm_mismatch"
    /// libjwt verified a probe that had been changed: its word is worth nothing.
    case tamperedProbeAccepted = "tampered_probe_accepted"

    /// The code alone.
    package var description: String { rawValue }
}

/// A second pair of eyes on our own tokens: libjwt, which the JWT modules of nginx are built on, verifies a probe
/// before a new signing key goes to work, so that a key or format it cannot read is found by us and not by a front.
///
/// It is fed nothing but probes we signed. libjwt 1.x takes the algorithm from the token, so the witness compares it
/// afterwards with the one that was asked for; strangers' tokens never come here.
package struct LibJWTWitness: Sendable {
    private static let algorithms = ["ES256": JWT_ALG_ES256, "RS256": JWT_ALG_RS256]

    /// A witness.
    package init() {}

    /// Whether libjwt vouches for the probe.
    package func accepts(token: String, publicKeyPEM: String, algorithm: String) -> Bool {
        (try? verify(probe: token, publicKeyPEM: publicKeyPEM, algorithm: algorithm)) != nil
    }

    /// Verifies a probe by the pinned algorithm, and that the same probe with a changed payload does not verify.
    package func verify(
        probe token: String, publicKeyPEM: String, algorithm: String
    ) throws(WitnessRefusal) {
        guard let pinned = Self.algorithms[algorithm] else { throw .algorithmUnsupported }
        guard let used = decode(token, publicKeyPEM) else { throw .probeRefused }
        guard used == pinned else { throw .algorithmMismatch }
        guard let tampered = tampered(token) else { throw .probeRefused }
        guard decode(tampered, publicKeyPEM) == nil else { throw .tamperedProbeAccepted }
    }

    /// The algorithm libjwt verified by, or nil.
    private func decode(_ token: String, _ publicKeyPEM: String) -> jwt_alg_t? {
        // Without a key libjwt decodes anything.
        guard !publicKeyPEM.isEmpty else { return nil }
        let key = [UInt8](publicKeyPEM.utf8)
        var jwt: OpaquePointer?
        defer { jwt_free(jwt) }
        guard jwt_decode(&jwt, token, key, CInt(key.count)) == 0, let jwt else { return nil }
        return jwt_get_alg(jwt)
    }

    /// The token with the payload `{"probe":0}` in place of its own; nil when that is its own or it has no three parts.
    private func tampered(_ token: String) -> String? {
        var parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let payload = Data(#"{"probe":0} "#.utf8).base64EncodedString()
        guard parts.count == 3, parts[1] != payload else { return nil }
        parts[1] = payload
        return parts.joined(separator: ".")
    }
}
