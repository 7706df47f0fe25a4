import Broker

extension OpenIDFault {
    private static let issuerFix = "compare iss octet for octet with the configured issuer"
    private static let audienceFix = "aud must contain the client id; azp, if there, must be it"

    /// Who made it, and for whom.
    static let audiences: [OpenIDFault] = [
        claims(
            "iss-other", "an ID token of another issuer is refused", clause: "OpenID Connect Core 3.1.3.7 step 2",
            fix: issuerFix, verdict: .refused(.issuerMismatch), isWorthLookingForLeaks: true
        ) { claims, _ in claims["iss"] = "https://other.example" },
        claims(
            "iss-slash", "one slash more or less is another issuer", clause: "OpenID Connect Core 3.1.3.7 step 2",
            fix: issuerFix, verdict: .refused(.issuerMismatch)
        ) { claims, facts in
            claims["iss"] = .string(facts.issuer.hasSuffix("/") ? String(facts.issuer.dropLast()) : facts.issuer + "/")
        },
        claims(
            "iss-case", "another case is another issuer", clause: "OpenID Connect Core 3.1.3.7 step 2", fix: issuerFix,
            verdict: .refused(.issuerMismatch)
        ) { claims, facts in claims["iss"] = .string(facts.issuer.uppercased()) },
        claims(
            "iss-absent", "an ID token of no issuer is refused", clause: "OpenID Connect Core 2, iss", fix: issuerFix,
            verdict: .refused(.issuerMismatch)
        ) { claims, _ in claims["iss"] = nil },
        claims(
            "aud-other", "an ID token for another client is refused", clause: "OpenID Connect Core 3.1.3.7 step 3",
            fix: audienceFix, verdict: .refused(.audienceMismatch), isWorthLookingForLeaks: true
        ) { claims, _ in claims["aud"] = "other-client" },
        claims(
            "aud-absent", "an ID token for nobody is refused", clause: "OpenID Connect Core 2, aud", fix: audienceFix,
            verdict: .refused(.audienceMismatch)
        ) { claims, _ in claims["aud"] = nil },
        claims(
            "aud-empty", "an ID token for an empty list is refused", clause: "RFC 7519 4.1.3", fix: audienceFix,
            verdict: .refused(.audienceMismatch)
        ) { claims, _ in claims["aud"] = [] },
        claims(
            "aud-list-azp", "a list of audiences with azp for us is taken",
            clause: "OpenID Connect Core 3.1.3.7 step 4",
            fix: "read aud as a string or a list", verdict: .accepted
        ) { claims, facts in
            claims["aud"] = [.string(facts.clientID), "other-client"]
            claims["azp"] = .string(facts.clientID)
        },
        claims(
            "aud-list-no-azp", "a list of several audiences without azp is refused",
            clause: "OpenID Connect Core 3.1.3.7 step 4", fix: audienceFix, verdict: .refused(.audienceMismatch)
        ) { claims, facts in
            claims["aud"] = [.string(facts.clientID), "other-client"]
            claims["azp"] = nil
        },
        claims(
            "aud-list-one", "a list of one audience is that audience", clause: "RFC 7519 4.1.3",
            fix: "read aud as a string or a list", verdict: .accepted
        ) { claims, facts in
            claims["aud"] = [.string(facts.clientID)]
            claims["azp"] = nil
        },
        claims(
            "azp-other", "an ID token that was made for another party is refused",
            clause: "OpenID Connect Core 3.1.3.7 step 5", fix: audienceFix, verdict: .refused(.audienceMismatch)
        ) { claims, _ in claims["azp"] = "other-client" },
    ]
}
