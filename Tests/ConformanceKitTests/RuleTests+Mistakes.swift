extension RuleTests {
    /// Each mistake of the small module, with the rules that it is seen by.
    static let table: [(SmallProvider.Flaw, [String])] = [
        // Before and at the beginning of a login
        (.fetchesInInit, ["module.no-io"]), (.waitsInInit, ["module.loads-down"]),
        (.readsSecretInInit, ["module.no-secret-at-load"]), (.sendsOwnState, ["begin.state"]),
        (.sendsNoChallenge, ["begin.pkce", "begin.fresh"]), (.putsSecretInAddress, ["begin.secrets"]),
        (.sendsNoNonce, ["begin.nonce"]), (.sendsOtherCallback, ["begin.callback"]),
        (.asksForToken, ["begin.code-flow"]), (.failsToBegin, ["begin.down"]),
        // At its end
        (.ignoresState, ["complete.state"]), (.ignoresMixUp, ["complete.mix-up"]),
        (.ignoresEndpoint, ["complete.endpoint"]), (.ignoresMethod, ["complete.method"]),
        (.throwsDenials, ["complete.denied"]), (.tellsTheCode, ["complete.leaks"]), (.logsTokens, ["complete.leaks"]),
        (.callsOutagesBugs, ["complete.down", "openid.token-slow", "openid.jwks-down", "openid.jwks-large"]),
        (
            .callsBadAnswersBugs,
            ["openid.token-500", "openid.token-html", "openid.userinfo-html"]
        ),
        (.callsRefusalsInvalid, ["openid.token-refused"]),
        (.followsRedirects, ["openid.token-redirect", "openid.discovery-redirect"]),
        (.goesOnWithoutIDToken, ["openid.id-token-absent", "openid.id-token-garbage", "openid.access-token-as-id"]),
        (.skipsTokenType, ["openid.token-type"]),
        // Keys and signatures
        (
            .decodesUnverified,
            [
                "openid.alg-none", "openid.alg-hs256", "openid.other-key", "openid.kid-unknown", "openid.crit",
                "openid.header-key", "openid.jwks-empty",
            ]
        ),
        (.escapesKeyIDs, ["openid.kid-special"]), (.keepsKeysForEver, ["openid.key-rolled"]),
        (.keepsNothing, ["openid.jwks-down-later"]), (.refusesOtherKeys, ["openid.jwks-other-kty"]),
        (.skipsDocumentIssuer, ["openid.discovery-issuer"]), (.takesPlainHTTP, ["openid.discovery-plain-http"]),
        (.skipsType, ["openid.typ", "openid.typ-logout"]),
        // Claims
        (.skipsIssuer, ["openid.iss-other", "openid.iss-slash", "openid.iss-case", "openid.iss-absent"]),
        (
            .skipsAudience,
            [
                "openid.aud-other", "openid.aud-absent", "openid.aud-empty", "openid.aud-list-no-azp",
                "openid.azp-other",
            ]
        ),
        (.readsAudienceAsText, ["openid.aud-list-azp", "openid.aud-list-one"]),
        (
            .skipsTimes,
            [
                "openid.exp-past", "openid.exp-absent", "openid.exp-text", "openid.iat-future", "openid.nbf-future",
                "openid.auth-time-text",
            ]
        ),
        (.allowsNoSkew, ["openid.skew"]), (.readsWholeTimes, ["openid.auth-time-float"]),
        (.skipsNonce, ["openid.nonce-absent", "openid.nonce-other", "openid.nonce-list"]),
        (.readsNamesTwice, ["openid.nonce-twice", "openid.key-twice"]),
        (.skipsHashes, ["openid.at-hash", "openid.c-hash"]),
        // People
        (.skipsSubject, ["openid.sub-absent", "openid.sub-empty", "openid.sub-number", "openid.sub-long"]),
        (.skipsUserInfoSubject, ["openid.userinfo-sub"]), (.ignoresUserInfo, ["openid.email-in-userinfo"]),
        (.believesStrings, ["openid.email-verified-string-true"]),
        (
            .believesEveryAddress,
            [
                "openid.email-verified-string-false", "openid.email-verified-string-1", "openid.email-verified-1",
                "openid.email-verified-false", "openid.email-verified-absent",
            ]
        ),
        (.takesAnyAddress, ["openid.email-malformed"]), (.makesSubjects, ["identity.same-person"]),
        (.keepsAddressAsSubject, ["identity.new-address"]),
        (.sharesOneSubject, ["identity.other-person", "identity.concurrent"]), (.givesNothingOnce, ["identity.once"]),
        (
            .emptiesGroups,
            ["groups.down", "groups.error", "groups.unauthorized", "groups.garbage", "groups.empty-object"]
        ),
        // Later
        (.losesRefreshToken, ["session.refresh-same"]), (.ignoresRefreshedToken, ["session.refresh-updated"]),
        (.goesOnAfterRevocation, ["session.refresh-revoked"]), (.endsSessionsInOutages, ["session.refresh-later"]),
        (.forgetsReturnAddress, ["session.logout"]), (.looksUpSignOut, ["session.logout-down"]),
        (.takesLogoutsTwice, ["session.logout-received"]), (.believesLogouts, ["session.logout-forged"]),
        (.lintsInVain, ["session.lint-honest"]), (.lintsElsewhere, ["session.lint-down"]),
        (.trustsNothing, ["session.trust-down"]),
        // The directory
        (.listsAlways, ["directory.not-configured"]), (.listsOnePage, ["directory.everybody"]),
        (.listsByAddress, ["directory.same-person"]), (.takesAnyCursor, ["directory.cursor"]),
        (.emptiesListsInOutages, ["directory.down"]), (.skipsBadPages, ["directory.page-fails"]),
        (.callsEverybodyActive, ["directory.status"]), (.takesAnyMissForGone, ["directory.never-gone"]),
        (.asksForAnySubject, ["directory.foreign"]), (.repeatsAnswers, ["directory.leaks"]),
    ]

    static let mistakes: [(SmallProvider.Flaw, String)] = table.flatMap { flaw, rules in rules.map { (flaw, $0) } }

    /// Rules that a row breaks rather than a module: what it declares is not so.
    static let rowMistakes = ["module.abilities", "vendor.cases", "vendor.sign-out"]

    /// Rules that no module can break, and why.
    static let unbreakable: [String: String] = [
        "settings.unknown": "the registry holds settings against the form before the module sees them",
        "settings.missing": "the registry holds settings against the form before the module sees them",
        "settings.mistyped": "the registry holds settings against the form before the module sees them",
        "settings.plain-http": "the registry reads every .url field, and the rule is about those",
    ]
}
