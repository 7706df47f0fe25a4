/// What a verifier does with a token that names no key.
package enum KidPolicy: Sendable {
    /// It refuses.
    case required
    /// It verifies when exactly one key fits (OpenID Connect Core 10.1), and refuses when several do.
    case optionalIfUnambiguous
}

/// A token whose signature held.
package struct VerifiedJWS: Sendable {
    /// The protected header.
    package let header: JWSHeader
    /// The octets that were signed for.
    package let payload: [UInt8]
    /// The key that verified.
    package let key: VerificationKey
}

/// Verifies compact tokens with configured keys and algorithms; a token can only choose among what is configured.
package struct JWSVerifier: Sendable {
    private let keys: [VerificationKey]
    private let algorithms: Set<JWAlgorithm>
    private let kidPolicy: KidPolicy
    private let maximumBytes: Int

    /// A verifier over keys, for the algorithms that were configured for their owner.
    package init(
        keys: [VerificationKey], algorithms: Set<JWAlgorithm>, kidPolicy: KidPolicy = .optionalIfUnambiguous,
        maximumBytes: Int = CompactJWS.defaultMaximumBytes
    ) {
        self.keys = keys
        self.algorithms = algorithms
        self.kidPolicy = kidPolicy
        self.maximumBytes = maximumBytes
    }

    /// A verifier over a published key set.
    package init(
        keys: JWKSet, algorithms: Set<JWAlgorithm>, kidPolicy: KidPolicy = .optionalIfUnambiguous,
        maximumBytes: Int = CompactJWS.defaultMaximumBytes
    ) {
        self.init(keys: keys.keys, algorithms: algorithms, kidPolicy: kidPolicy, maximumBytes: maximumBytes)
    }

    /// Verifies a token; `unknown_key` means that the key set may be stale and one refresh is worth it.
    package func verify(_ token: String) throws(JOSEError) -> VerifiedJWS {
        let jws = try CompactJWS.parse(token, maximumBytes: maximumBytes)
        try checkAlgorithm(jws.header)
        for key in try candidates(for: jws.header)
        where key.isValid(signature: jws.signature, for: jws.signingInput, algorithm: jws.header.algorithm) {
            return VerifiedJWS(header: jws.header, payload: jws.unverifiedPayload, key: key)
        }
        throw JOSEError(.signatureInvalid)
    }

    /// RFC 8725 section 3.1: the caller's algorithms, not the token's.
    private func checkAlgorithm(_ header: JWSHeader) throws(JOSEError) {
        guard algorithms.contains(header.algorithm) else { throw JOSEError(.algNotAllowed) }
    }

    private func candidates(for header: JWSHeader) throws(JOSEError) -> [VerificationKey] {
        guard let kid = header.kid else { return try soleCandidate(for: header.algorithm) }
        let named = keys.filter { $0.kid?.hasSameBytes(as: kid) ?? false }
        guard !named.isEmpty else { throw JOSEError(.unknownKey) }
        let fitting = named.filter { $0.algorithms.contains(header.algorithm) }
        guard !fitting.isEmpty else { throw JOSEError(.keyNotForAlgorithm) }
        return fitting
    }

    /// OpenID Connect Core 10.1: without `kid` there must be one key that fits, so that nobody tries keys in turn.
    private func soleCandidate(for algorithm: JWAlgorithm) throws(JOSEError) -> [VerificationKey] {
        guard kidPolicy == .optionalIfUnambiguous else { throw JOSEError(.kidMissing) }
        let fitting = keys.filter { $0.algorithms.contains(algorithm) }
        guard !fitting.isEmpty else { throw JOSEError(.unknownKey) }
        guard fitting.count == 1 else { throw JOSEError(.keyAmbiguous) }
        return fitting
    }
}
