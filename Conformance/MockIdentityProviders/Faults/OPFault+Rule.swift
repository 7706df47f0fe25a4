// SPDX-License-Identifier: Apache-2.0

extension OPFault {
    /// What a relying party must make of a login with this mistake.
    package enum Verdict: String, Sendable {
        /// No identity, no session.
        case refuse
        /// The login succeeds: the provider is within its rights.
        case accept
        /// As `refuse`, unless the relying party still holds the last good metadata or keys.
        case refuseWithoutCache
    }

    /// The rule it belongs to: what must be refused (M30 to M54) or accepted (P12).
    package var rule: String {
        switch self {
        case .wrongKey, .critUnknown, .b64False, .typWrong, .claimDuplicate, .payloadArray, .padding, .fiveParts,
            .jsonSerialization, .derSignature, .zeroSignature, .emptySignature, .tampered, .payloadSwapped,
            .tokenStatus500, .tokenGarbage, .tokenContentType, .tokenDuplicateKey, .tokenWithoutIDToken,
            .discoveryGarbage, .jwksGarbage:
            "M30"
        case .algNone, .algMissing, .hs256PublicKey, .hs256ClientSecret:
            "M31"
        case .kidMissing, .embeddedJWK, .jku, .x5u:
            "M32"
        case .kidUnknown, .jwksDown:
            "M33"
        case .issWrong, .issOtherTenant, .issMissing, .audWrong, .audSubstring, .audMissing, .audArrayWithoutAzp,
            .azpWrong, .discoveryIssuerWrong:
            "M34"
        case .expPast, .expMissing, .iatMissing, .iatFuture, .nbfFuture:
            "M35"
        case .nonceWrong, .nonceMissing, .atHashWrong, .stateMissing, .stateWrong, .stateDuplicated, .codeDuplicated,
            .codeMissing, .codeReplayed, .errorAccessDenied, .errorServer:
            "M36"
        case .subMissing, .subEmpty, .userInfoSubMismatch, .userInfoSubMissing:
            "M37"
        case .emailUnverified, .emailVerifiedString, .emailVerifiedMissing, .emailOtherDomain, .emailMissing,
            .emailArray:
            "M38"
        case .tokenSlow, .tokenHuge, .tokenRedirect, .discoveryDown, .jwksHuge:
            "M52"
        case .issParameterMissing, .issParameterWrong, .issParameterOtherTenant:
            "M54"
        case .jwksUnknownKeyType, .jwksRotatedKey:
            "P12"
        }
    }

    /// What must become of the login.
    package var verdict: Verdict {
        switch self {
        case .jwksUnknownKeyType, .jwksRotatedKey: .accept
        case .discoveryIssuerWrong, .discoveryGarbage, .discoveryDown, .jwksGarbage, .jwksDown, .jwksHuge:
            .refuseWithoutCache
        default: .refuse
        }
    }

    /// Shows in discovery or the JWKS, which are fetched outside any login, and therefore lasts until it is taken back.
    package var isDocumentFault: Bool {
        switch self {
        case .discoveryIssuerWrong, .discoveryGarbage, .discoveryDown, .jwksGarbage, .jwksDown, .jwksHuge,
            .jwksUnknownKeyType:
            true
        default: false
        }
    }

    /// Only ES256 has this mistake; the token is then signed with the tenant's ES256 key, whatever it usually uses.
    var needsECDSA: Bool { self == .derSignature || self == .zeroSignature }
}
