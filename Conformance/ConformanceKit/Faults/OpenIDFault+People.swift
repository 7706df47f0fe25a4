import Broker

extension OpenIDFault {
    private static let subjectFix = "sub must be text of 1 to 255 octets"
    private static let verifiedFix =
        "believe JSON true alone; a vendor that says it elsewhere declares so in faultVerdicts"

    /// Who it is.
    static let people: [OpenIDFault] = [
        claims(
            "sub-absent", "an ID token of nobody is refused", clause: "OpenID Connect Core 2, sub", fix: subjectFix,
            verdict: .refused(.subjectInvalid)
        ) { claims, _ in claims["sub"] = nil },
        claims(
            "sub-empty", "an ID token of an empty name is refused", clause: "OpenID Connect Core 2, sub",
            fix: subjectFix,
            verdict: .refused(.subjectInvalid)
        ) { claims, _ in claims["sub"] = "" },
        claims(
            "sub-number", "a subject that is a number is refused", clause: "OpenID Connect Core 2, sub",
            fix: subjectFix,
            verdict: .refused(.subjectInvalid), isWorthLookingForLeaks: true
        ) { claims, _ in claims["sub"] = 7 },
        claims(
            "sub-long", "a subject of more than 255 octets is refused", clause: "OpenID Connect Core 2, sub",
            fix: subjectFix, verdict: .refused(.subjectInvalid)
        ) { claims, _ in claims["sub"] = .string(String(repeating: "x", count: 256)) },
        OpenIDFault(
            "userinfo-sub", "UserInfo of another person is not believed", clause: "OpenID Connect Core 5.3.2",
            fix: "compare sub of UserInfo with the ID token's", verdict: .refused(.subjectInvalid),
            isWorthLookingForLeaks: true, .claims { claims, _ in claims.removeProfile() },
            .userInfo { $0["sub"] = "somebody-else" }),
        OpenIDFault(
            "email-in-userinfo", "an address that stands in UserInfo alone arrives", clause: "OpenID Connect Core 5.4",
            fix: "ask UserInfo where the ID token lacks a claim that is needed",
            verdict: .identity(ExpectedIdentity(email: KitPerson.alice.email)),
            .claims { claims, _ in claims.removeProfile() }),
        verified("email-verified-string-true", #""true""#, "true"),
        verified("email-verified-string-false", #""false""#, "false"),
        verified("email-verified-string-1", #""1""#, "1"),
        verified("email-verified-1", "1", 1),
        verified("email-verified-false", "false", false),
        verified("email-verified-absent", "absent", nil),
        claims(
            "email-malformed", "an address that is none never becomes an address", clause: "RFC 5322 3.4.1",
            fix: "read addresses with Broker's EmailAddress", verdict: .refused(.emailMalformed),
            isWorthLookingForLeaks: true
        ) { claims, _ in claims["email"] = "alice@acme.example,evil@evil.example" },
    ]

    private static func verified(_ id: String, _ text: String, _ value: JSON?) -> OpenIDFault {
        OpenIDFault(
            id, "email_verified as \(text) verifies nothing", clause: "OpenID Connect Core 5.1, email_verified",
            fix: verifiedFix, verdict: .identity(ExpectedIdentity(evidence: Email.Evidence.none)),
            .claims { claims, _ in claims["email_verified"] = value }, .userInfo { $0["email_verified"] = value })
    }
}

extension Claims {
    /// Takes everything about the person away but `sub`.
    mutating func removeProfile() {
        for name in ["email", "email_verified", "name", "preferred_username", "emails"] { self[name] = nil }
    }
}
