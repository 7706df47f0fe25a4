import Foundation

/// A public key with the algorithms it may verify, decided when it is read and never by a token.
package struct VerificationKey: Sendable {
    /// The key id, as published.
    package let kid: String?

    /// The algorithms it may verify.
    package let algorithms: Set<JWAlgorithm>

    let material: PublicKeyMaterial

    init(material: PublicKeyMaterial, kid: String?, algorithms: Set<JWAlgorithm>? = nil) throws(JOSEError) {
        let algorithms = algorithms ?? material.algorithms
        guard !algorithms.isEmpty, algorithms.isSubset(of: material.algorithms) else {
            throw JOSEError(.keyNotForAlgorithm)
        }
        self.material = material
        self.kid = kid
        self.algorithms = algorithms
    }

    /// Reads a SubjectPublicKeyInfo; without algorithms, all that the key's family can serve.
    package init(spkiDER: [UInt8], kid: String?, algorithms: Set<JWAlgorithm>? = nil) throws(JOSEError) {
        try self.init(material: PublicKeyMaterial(spkiDER: spkiDER), kid: kid, algorithms: algorithms)
    }

    /// Reads a PEM `PUBLIC KEY`.
    package init(spkiPEM: String, kid: String?, algorithms: Set<JWAlgorithm>? = nil) throws(JOSEError) {
        try self.init(spkiDER: PEM.decode(spkiPEM, label: "PUBLIC KEY"), kid: kid, algorithms: algorithms)
    }

    /// Whether the signature is this key's over the input, by an algorithm the key may verify.
    package func isValid(signature: [UInt8], for input: [UInt8], algorithm: JWAlgorithm) -> Bool {
        isValid(signature: signature, for: input[...], algorithm: algorithm)
    }

    func isValid(signature: [UInt8], for input: ArraySlice<UInt8>, algorithm: JWAlgorithm) -> Bool {
        algorithms.contains(algorithm) && material.isValid(signature: signature, for: input, algorithm: algorithm)
    }

    /// The key as a SubjectPublicKeyInfo.
    package var spkiDER: [UInt8] { [UInt8](material.spkiDER) }

    /// The key as a PEM `PUBLIC KEY`.
    package var spkiPEM: String { PEM.encode(spkiDER, label: "PUBLIC KEY") }
}
