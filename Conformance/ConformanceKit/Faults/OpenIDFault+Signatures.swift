import Broker

extension OpenIDFault {
    private static let signatureFix = "verify the signature with a key of the OP and an algorithm of the settings first"

    /// Who signed, with what, and which key is meant.
    static let signatures: [OpenIDFault] = [
        OpenIDFault(
            "alg-none", "an unsigned ID token is refused", clause: "RFC 8725 2.1; OpenID Connect Core 2",
            fix: signatureFix,
            verdict: .refused(.algorithmNotAllowed, .signatureInvalid, .upstreamInvalid), isWorthLookingForLeaks: true,
            .signer(.nobody)),
        OpenIDFault(
            "alg-hs256", "an ID token whose MAC key is the public key is refused", clause: "RFC 8725 2.1",
            fix: signatureFix, verdict: .refused(.algorithmNotAllowed, .signatureInvalid, .upstreamInvalid),
            .signer(.publicKeyAsSecret)),
        OpenIDFault(
            "other-key", "an ID token signed by a key that is not the OP's is refused",
            clause: "OpenID Connect Core 3.1.3.7 step 6", fix: signatureFix,
            verdict: .refused(.signatureInvalid, .unknownKey), isWorthLookingForLeaks: true, .signer(.otherKey)),
        OpenIDFault(
            "kid-unknown", "an ID token that names a key that nobody published is refused",
            clause: "OpenID Connect Core 10.1", fix: "refresh the keys once, then refuse",
            verdict: .refused(.unknownKey),
            .header { $0["kid"] = "no-such-key" }),
        OpenIDFault(
            "kid-special", "a key id with + / = is an ordinary name", clause: "RFC 7515 4.1.4",
            fix: "compare key ids octet for octet, never as part of an address", verdict: .accepted,
            .key(name: "special", kid: "vyVQH7UMjwYboVvyFf+zd4KHZfgc+RtmU/A2vHhgITI=")),
        OpenIDFault(
            "crit", "a critical header parameter that is not understood is refused", clause: "RFC 7515 4.1.11",
            fix: "refuse crit", verdict: .refusedAnyhow,
            .header {
                $0["crit"] = ["x-acme"]
                $0["x-acme"] = "1"
            }),
        OpenIDFault(
            "header-key", "a key in the token's own header is never used", clause: "RFC 7515 4.1.3; RFC 8725 3.5",
            fix: "take keys from the OP's JWKS alone", verdict: .refusedAnyhow,
            .header { $0["jwk"] = ["kty": "oct", "k": "AAAA"] }, .signer(.otherKey)),
        OpenIDFault(
            "typ", "a token of another type is no ID token", clause: "RFC 8725 3.11", fix: "look at typ",
            verdict: .refusedAnyhow, .header { $0["typ"] = "at+jwt" }),
        OpenIDFault(
            "typ-logout", "a logout token is no ID token", clause: "OpenID Connect Back-Channel Logout 2.4",
            fix: "look at typ", verdict: .refusedAnyhow, .header { $0["typ"] = "logout+jwt" }),
        OpenIDFault(
            "key-rolled", "a key that was rolled while the browser was away is fetched once",
            clause: "OpenID Connect Core 10.1.1", fix: "on an unknown key refresh the JWKS and verify again",
            verdict: .accepted, isWarm: true, .key(name: "rolled", kid: "rolled")),
    ]
}
