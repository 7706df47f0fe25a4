import Broker

extension OpenIDFault {
    private static let nonceFix = "compare nonce with PendingLogin.sent.nonce, and refuse where it is absent"

    /// What ties a token to this login.
    static let bindings: [OpenIDFault] = [
        claims(
            "nonce-absent", "an ID token without the nonce is refused", clause: "OpenID Connect Core 3.1.3.7 step 11",
            fix: nonceFix, verdict: .refused(.nonceMismatch)
        ) { claims, _ in claims["nonce"] = nil },
        claims(
            "nonce-other", "an ID token of another login is refused", clause: "OpenID Connect Core 3.1.3.7 step 11",
            fix: nonceFix, verdict: .refused(.nonceMismatch), isWorthLookingForLeaks: true
        ) { claims, _ in claims["nonce"] = "N0NCE-of-another" },
        claims(
            "nonce-list", "a nonce that is a list is refused", clause: "OpenID Connect Core 2, nonce", fix: nonceFix,
            verdict: .refused(.nonceMismatch)
        ) { claims, facts in claims["nonce"] = [.string(facts.nonce ?? ""), "x"] },
        OpenIDFault(
            "nonce-twice", "an ID token that says nonce twice is refused", clause: "RFC 8725 2.4; RFC 7519 4",
            fix: "read JSON strictly: no name twice", verdict: .refusedAnyhow,
            .payload { #"{"nonce":"N0NCE-of-another","# + $0.dropFirst() }),
        OpenIDFault(
            "key-twice", "an ID token that says sub twice is refused", clause: "RFC 7519 4; RFC 8725 2.4",
            fix: "read JSON strictly: no name twice", verdict: .refusedAnyhow,
            .payload { #"{"sub":"somebody-else","# + $0.dropFirst() }),
        claims(
            "at-hash", "an access token that is not the ID token's is refused", clause: "OpenID Connect Core 3.1.3.8",
            fix: "where at_hash is there, compare it", verdict: .refused(.tokenHashMismatch)
        ) { claims, _ in claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" },
        claims(
            "c-hash", "a code that is not the ID token's is refused", clause: "OpenID Connect Core 3.3.2.11",
            fix: "where c_hash is there, compare it", verdict: .refused(.tokenHashMismatch)
        ) { claims, _ in claims["c_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" },
        OpenIDFault(
            "access-token-as-id", "an access token in the place of the ID token is refused",
            clause: "RFC 8725 3.11; RFC 9068 4", fix: "look at typ, nonce and the vendor's own mark",
            verdict: .refusedAnyhow, .tokens { $0["id_token"] = $0["access_token"] }),
    ]
}
