import Broker
package import BrokerModel
import Foundation
package import JOSE

/// The keys of the installation, opened and parsed, as one immutable value.
package struct SigningKeys: Sendable {
    /// The stored keys behind it.
    private(set) var stored: [String: StoredKey] = [:]
    private var opened: [String: SigningKey] = [:]
    private var verifiers: [StoredKey.Use: JWSVerifier] = [:]
    /// The public keys that fronts and upstreams need, as a JWK set.
    package private(set) var publicJWKS: [UInt8] = JWKSet(keys: []).serialized()

    init() {}

    /// What tells two rings apart.
    var ids: [String] { stored.values.map { "\($0.use.rawValue)/\($0.id):\($0.state.rawValue)" }.sorted() }

    /// The key that signs for a use, if there is one.
    package func signingKey(_ use: StoredKey.Use) -> SigningKey? {
        stored.values.first { $0.use == use && $0.state == .active }.flatMap { opened[$0.id] }
    }

    /// A key of a facade, to hand out; nil where it does not open.
    func handle(_ id: String) -> PrivateKeyHandle? {
        opened[id].map {
            PrivateKeyHandle(
                id: id, subjectPublicKeyInfo: Data($0.publicKey.spkiDER), pkcs8: Data($0.pkcs8DER))
        }
    }

    /// Verifies what keys of one use signed; nil where there are none.
    ///
    /// Keys of other uses are not in it (M64).
    func verifier(_ use: StoredKey.Use) -> JWSVerifier? { verifiers[use] }

    /// The ring after the stored keys changed.
    ///
    /// Keys that are open already are not opened again.
    func updated(from keys: [StoredKey], keyring: SealingKeys) -> SigningKeys {
        var ring = SigningKeys()
        ring.stored = Dictionary(keys.map { ($0.id, $0) }) { first, _ in first }
        if ring.ids == ids { return self }
        for key in keys {
            let isSame = stored[key.id].map { $0.hasSameSecret(as: key) } ?? false
            ring.opened[key.id] = (isSame ? opened[key.id] : nil) ?? (try? key.open(with: keyring))
        }
        for use in StoredKey.Use.allCases {
            let ofUse = keys.filter { $0.use == use }.compactMap { ring.opened[$0.id]?.publicKey }
            guard !ofUse.isEmpty else { continue }
            ring.verifiers[use] = JWSVerifier(
                keys: ofUse, algorithms: Set(ofUse.flatMap(\.algorithms)), kidPolicy: .required)
        }
        let published = keys.filter { $0.use == .session || $0.use == .identity }.compactMap {
            ring.opened[$0.id]?.publicKey
        }
        ring.publicJWKS = JWKSet(keys: published).serialized()
        return ring
    }
}

extension StoredKey {
    /// What the sealed bytes are bound to, so that one key's bytes cannot be moved to another row.
    var sealedTo: [UInt8] { Array("\(use.rawValue)/\(algorithm)/\(id)".utf8) }

    /// Whether what was opened once need not be opened again: a row that was moved to another use must be.
    fileprivate func hasSameSecret(as other: StoredKey) -> Bool {
        sealedTo == other.sealedTo && sealedPrivateKey == other.sealedPrivateKey
    }

    /// Opens the private key.
    func open(with keyring: SealingKeys) throws -> SigningKey {
        guard let algorithm = JWAlgorithm(rawValue: algorithm) else {
            throw StoreError(.corrupt, detail: "signing key algorithm")
        }
        let pkcs8 = try keyring.open(Array(sealedPrivateKey), purpose: "signing-key", associatedData: sealedTo)
        return try SigningKey(pkcs8DER: pkcs8, algorithm: algorithm, kid: id)
    }
}
