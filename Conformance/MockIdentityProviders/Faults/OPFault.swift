// SPDX-License-Identifier: Apache-2.0

/// One mistake that the provider makes on purpose in one login.
package enum OPFault: String, CaseIterable, Sendable, Codable {
    // MARK: Signature and shape of the ID token

    /// The header says `none` and the signature is empty. M31.
    case algNone = "alg-none"
    /// The header names no algorithm. M31.
    case algMissing = "alg-missing"
    /// HS256 with the RSA or EC public key, in PEM, as the secret. M31.
    case hs256PublicKey = "hs256-public-key"
    /// HS256 with the client secret. M31.
    case hs256ClientSecret = "hs256-client-secret"
    /// Signed by a key nobody published, under the published `kid`. M30.
    case wrongKey = "wrong-key"
    /// Signed by a key nobody published, under a `kid` nobody published. M33.
    case kidUnknown = "kid-unknown"
    /// Honestly signed, but no `kid` where two keys of the algorithm are published. M32.
    case kidMissing = "kid-missing"
    /// The header carries the stranger's key that signed. M32.
    case embeddedJWK = "embedded-jwk"
    /// The header says where to fetch the stranger's key that signed. M32.
    case jku = "jku"
    /// The header says where to fetch a stranger's certificate. M32.
    case x5u = "x5u"
    /// Honestly signed, with a critical header parameter nobody knows. M30.
    case critUnknown = "crit-unknown"
    /// Honestly signed, with an unencoded payload announced in `b64` and `crit`. M30.
    case b64False = "b64-false"
    /// Honestly signed, but its type is `at+jwt`, an access token's. M30.
    case typWrong = "typ-wrong"
    /// The payload has `sub` twice. M30.
    case claimDuplicate = "claim-duplicate"
    /// The payload is an array with the claims inside. M30.
    case payloadArray = "payload-array"
    /// The parts of the token are padded with `=`. M30.
    case padding = "padding"
    /// The token has five parts. M30.
    case fiveParts = "five-parts"
    /// The token is a JWS in JSON form. M30.
    case jsonSerialization = "json-serialization"
    /// The ES256 signature is DER, not the two numbers side by side. M30.
    case derSignature = "der-signature"
    /// The ES256 signature is all zero (CVE-2022-21449). M30.
    case zeroSignature = "zero-signature"
    /// The signature is left out. M30.
    case emptySignature = "empty-signature"
    /// One bit of the signature is flipped. M30.
    case tampered = "tampered"
    /// The payload was exchanged after signing. M30.
    case payloadSwapped = "payload-swapped"

    // MARK: Claims of the ID token

    /// The issuer is somebody else. M34.
    case issWrong = "iss-wrong"
    /// The issuer is another tenant of this provider. M34.
    case issOtherTenant = "iss-other-tenant"
    /// There is no issuer. M34.
    case issMissing = "iss-missing"
    /// The audience is another client. M34.
    case audWrong = "aud-wrong"
    /// The audience contains the client id and more. M34.
    case audSubstring = "aud-substring"
    /// There is no audience. M34.
    case audMissing = "aud-missing"
    /// Two audiences and no authorized party. M34.
    case audArrayWithoutAzp = "aud-array-without-azp"
    /// The authorized party is another client. M34.
    case azpWrong = "azp-wrong"
    /// Expired an hour ago. M35.
    case expPast = "exp-past"
    /// There is no expiry. M35.
    case expMissing = "exp-missing"
    /// There is no time of issue. M35.
    case iatMissing = "iat-missing"
    /// Issued an hour from now. M35.
    case iatFuture = "iat-future"
    /// Not valid for another hour. M35.
    case nbfFuture = "nbf-future"
    /// The nonce is another one. M36.
    case nonceWrong = "nonce-wrong"
    /// There is no nonce. M36.
    case nonceMissing = "nonce-missing"
    /// `at_hash` belongs to another access token. M36.
    case atHashWrong = "at-hash-wrong"
    /// There is no subject. M37.
    case subMissing = "sub-missing"
    /// The subject is empty. M37.
    case subEmpty = "sub-empty"

    // MARK: The e-mail address, in ID token and UserInfo alike

    /// `email_verified` is false. M38.
    case emailUnverified = "email-unverified"
    /// `email_verified` is the text "false", which is true in careless languages. M38.
    case emailVerifiedString = "email-verified-string"
    /// Nothing is said about verification. M38.
    case emailVerifiedMissing = "email-verified-missing"
    /// A verified address of a domain this provider does not own. M38.
    case emailOtherDomain = "email-other-domain"
    /// There is no address. M38.
    case emailMissing = "email-missing"
    /// The address is an array of two. M38.
    case emailArray = "email-array"

    // MARK: UserInfo

    /// UserInfo is about another subject. M37.
    case userInfoSubMismatch = "userinfo-sub-mismatch"
    /// UserInfo has no subject. M37.
    case userInfoSubMissing = "userinfo-sub-missing"

    // MARK: The callback

    /// The callback has no state. M36.
    case stateMissing = "state-missing"
    /// The callback has another state. M36.
    case stateWrong = "state-wrong"
    /// The callback has the state twice. M36.
    case stateDuplicated = "state-duplicated"
    /// The callback has two codes. M36.
    case codeDuplicated = "code-duplicated"
    /// The callback has neither code nor error. M36.
    case codeMissing = "code-missing"
    /// The code has been redeemed before. M36.
    case codeReplayed = "code-replayed"
    /// The callback has no `iss` although discovery promises it (RFC 9207). M54.
    case issParameterMissing = "iss-parameter-missing"
    /// The callback's `iss` is somebody else. M54.
    case issParameterWrong = "iss-parameter-wrong"
    /// The callback's `iss` is another tenant of this provider. M54.
    case issParameterOtherTenant = "iss-parameter-other-tenant"
    /// The person declined: `error=access_denied`. A denial, not a malfunction. M36.
    case errorAccessDenied = "error-access-denied"
    /// `error=server_error`. M36.
    case errorServer = "error-server"

    // MARK: The token endpoint

    /// Answers 500. M30.
    case tokenStatus500 = "token-500"
    /// Takes longer than anybody should wait. M52.
    case tokenSlow = "token-slow"
    /// Answers 200 and something that is no JSON. M30.
    case tokenGarbage = "token-garbage"
    /// Answers 2 MiB. M52.
    case tokenHuge = "token-huge"
    /// Answers with a redirect. M52.
    case tokenRedirect = "token-redirect"
    /// Answers correct JSON as `text/html`. M30.
    case tokenContentType = "token-content-type"
    /// Answers JSON with `id_token` twice. M30.
    case tokenDuplicateKey = "token-duplicate-key"
    /// Answers without an ID token. M30.
    case tokenWithoutIDToken = "token-without-id-token"

    // MARK: Discovery and JWKS

    /// The metadata names another issuer. M34.
    case discoveryIssuerWrong = "discovery-issuer-wrong"
    /// The metadata is no JSON. M30.
    case discoveryGarbage = "discovery-garbage"
    /// The metadata answers 503. M52.
    case discoveryDown = "discovery-down"
    /// The key set is no JSON. M30.
    case jwksGarbage = "jwks-garbage"
    /// The key set answers 503. M33.
    case jwksDown = "jwks-down"
    /// The key set is 2 MiB. M52.
    case jwksHuge = "jwks-huge"
    /// The key set also has a key of a type from the future. P12.
    case jwksUnknownKeyType = "jwks-unknown-key-type"
    /// The ID token is signed by a key that was not published before this login. P12.
    case jwksRotatedKey = "jwks-rotated-key"
}
