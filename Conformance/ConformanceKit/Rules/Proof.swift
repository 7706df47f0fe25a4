import JOSE

/// Proof Key for Code Exchange (RFC 7636).
enum Proof {
    /// RFC 7636 4.2, S256.
    static func challenge(of verifier: String) -> String { Base64URL.encode(Digests.sha256(verifier)) }
}
