// SPDX-License-Identifier: Apache-2.0

import MockIdentityProviders

extension OPFault {
    /// The code that the audit log and the page must name; nil where the login succeeds.
    var expectedCode: String? {
        switch self {
        case .algMissing, .hs256PublicKey, .hs256ClientSecret: "algorithm_not_allowed"
        // Without a signature a token is refused before its algorithm is looked at.
        case .algNone, .emptySignature, .wrongKey, .kidMissing, .zeroSignature, .tampered, .payloadSwapped,
            .derSignature:
            "signature_invalid"
        case .kidUnknown: "unknown_key"
        case .embeddedJWK, .jku, .x5u, .critUnknown, .b64False, .claimDuplicate, .payloadArray, .padding,
            .fiveParts, .jsonSerialization, .typWrong:
            "upstream_invalid"
        case .issWrong, .issOtherTenant, .issMissing: "issuer_mismatch"
        case .audWrong, .audSubstring, .audMissing, .audArrayWithoutAzp, .azpWrong: "audience_mismatch"
        case .expPast, .expMissing, .iatMissing, .iatFuture, .nbfFuture: "time_invalid"
        case .nonceWrong, .nonceMissing: "nonce_mismatch"
        case .atHashWrong: "token_hash_mismatch"
        case .subMissing, .subEmpty, .userInfoSubMismatch, .userInfoSubMissing: "subject_invalid"
        case .emailUnverified, .emailVerifiedString, .emailVerifiedMissing: "email_unverified"
        case .emailOtherDomain: "email_domain_not_owned"
        case .emailMissing: "email_missing"
        case .emailArray: "email_malformed"
        case .stateMissing, .stateWrong: "state_mismatch"
        case .stateDuplicated, .codeDuplicated, .codeMissing: "malformed_request"
        case .codeReplayed: "upstream_error"
        case .issParameterMissing, .issParameterWrong, .issParameterOtherTenant: "issuer_mismatch"
        case .errorAccessDenied: "upstream_denied"
        case .errorServer, .tokenStatus500, .tokenSlow, .tokenHuge, .discoveryDown, .jwksDown, .jwksHuge:
            "upstream_unavailable"
        case .tokenGarbage, .tokenRedirect, .tokenContentType, .tokenDuplicateKey, .tokenWithoutIDToken,
            .discoveryGarbage, .jwksGarbage:
            "upstream_invalid"
        case .discoveryIssuerWrong: "issuer_mismatch"
        case .jwksUnknownKeyType, .jwksRotatedKey: nil
        }
    }
}
