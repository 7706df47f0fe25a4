import Broker
import ConformanceKit
import Foundation

extension RelyingPartyCase {
    /// `oidcc-client-config-certification-test-plan`.
    static let config: [RelyingPartyCase] = [
        .login(
            .config, "discovery-openid-config", "endpoints are those of the discovery document",
            catches: .guessesEndpoints, .accepted),
        .login(
            .config, "discovery-jwks-uri-keys", "keys are those of jwks_uri", catches: .guessesKeys, .accepted),
        .login(
            .config, "discovery-issuer-mismatch", "a document of another issuer is refused", catches: .discoveryIssuer,
            .refused(.issuerMismatch), .document { $0["issuer"] = "https://other.example" }),
        .login(
            .config, "idtoken-sig-none", "an unsigned token is refused", catches: .algorithm,
            .refused(.signatureInvalid, .algorithmNotAllowed), .signer(.nobody)),
        RelyingPartyCase(
            .config, "signing-key-rotation-just-before-signing", "a key that is new since the browser left is fetched",
            catches: .keepsOldKeys
        ) { run in
            let driver = try run.driver()
            _ = try await driver.login().identity()
            driver.bench.clock.advance(.seconds(120))
            let begun = try await driver.begin()
            try driver.op.change([.key(name: "rolled", kid: "rolled")])
            _ = try await driver.complete(begun).identity()
        },
        RelyingPartyCase(
            .config, "signing-key-rotation", "the next login under a new key is taken", catches: .keepsOldKeys
        ) { run in
            let driver = try run.driver()
            let first = try await driver.login().identity()
            driver.bench.clock.advance(.seconds(3600))
            try driver.op.change([.key(name: "rolled", kid: "rolled")])
            let second = try await driver.login().identity()
            try require(first.subject == second.subject, "the person became another")
        },
    ]

    /// Of the form_post plan, what the basic plan does not have.
    static let formPost: [RelyingPartyCase] = [
        RelyingPartyCase(
            .formPost, "form-post-error", "an error in the form is a denial", catches: .takesErrorForFailure
        ) { run in
            let end = try await run.posting.driver().login(KitVisit(.alice, .isRefused))
            try Verdict.denied(.refusedByIdP).check(end)
        }
    ]

    /// Of the hybrid plan, the checks of values that a code flow's ID token may carry as well.
    static let hybridChecks: [RelyingPartyCase] = [
        .login(
            .hybridChecks, "invalid-chash", "another code's c_hash is refused", catches: .codeHash,
            .refused(.tokenHashMismatch), .claims { claims, _ in claims["c_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" }),
        .login(
            .hybridChecks, "missing-chash", "without c_hash a code flow's token is taken (Core 3.1.3.6)",
            catches: .needsCodeHash, .accepted),
        .login(
            .hybridChecks, "invalid-athash", "another access token's at_hash is refused", catches: .accessTokenHash,
            .refused(.tokenHashMismatch), .claims { claims, _ in claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" }),
        .login(
            .hybridChecks, "missing-athash", "without at_hash a code flow's token is taken (Core 3.1.3.6)",
            catches: .needsAccessTokenHash, .accepted, .claims { claims, _ in claims["at_hash"] = nil }),
        RelyingPartyCase(
            .hybridChecks, "nonce-unless-code-flow", "a nonce is sent though the code flow need not have one",
            catches: .sendsNoNonce
        ) { run in
            let begun = try await run.driver().begin()
            guard case .redirect(let url) = begun.step.action else { throw KitFailure("no redirect") }
            try require(url.query()?.contains("nonce=") == true, "the request has no nonce")
        },
    ]
}
