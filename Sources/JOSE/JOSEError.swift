/// Why something was refused: a bounded code, and never a piece of the token, key or secret that was refused.
package struct JOSEError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The check that refused.
    package let code: Code

    /// Makes an error of one code.
    package init(_ code: Code) { self.code = code }

    /// The code alone, so that an error can be logged without leaking its subject.
    package var description: String { code.rawValue }

    /// One code per check; raw values are stable and serve as metric labels.
    package enum Code: String, CaseIterable, Hashable, Sendable {
        case base64URLInvalid = "base64url_invalid"

        case jsonInvalid = "json_invalid"
        case jsonDuplicateKey = "json_duplicate_key"
        case jsonTooDeep = "json_too_deep"
        case jsonTooLarge = "json_too_large"
        case jsonNotObject = "json_not_object"

        case tokenTooLarge = "token_too_large"
        case tokenNotCompact = "token_not_compact"
        case signatureEmpty = "signature_empty"
        case headerInvalid = "header_invalid"
        case critUnsupported = "crit_unsupported"
        case b64Unsupported = "b64_unsupported"
        case headerKeyForbidden = "header_key_forbidden"
        case algMissing = "alg_missing"
        case algUnsupported = "alg_unsupported"
        case algNotAllowed = "alg_not_allowed"
        case kidInvalid = "kid_invalid"
        case kidMissing = "kid_missing"
        case unknownKey = "unknown_key"
        case keyAmbiguous = "key_ambiguous"
        case keyNotForAlgorithm = "key_not_for_algorithm"
        case signatureInvalid = "signature_invalid"
        case typNotAllowed = "typ_not_allowed"
        case claimsNotObject = "claims_not_object"
        case numericDateInvalid = "numeric_date_invalid"

        case keyInvalid = "key_invalid"
        case keyWeak = "key_weak"
        case keyUnsupported = "key_unsupported"
        case keyPrivate = "key_private"
        case keyNotForVerifying = "key_not_for_verifying"
        case keySetInvalid = "key_set_invalid"
        case keySetTooLarge = "key_set_too_large"

        case kekInvalid = "kek_invalid"
        case sealedInvalid = "sealed_invalid"
        case sealedByUnknownKey = "sealed_by_unknown_key"
        case sealedTampered = "sealed_tampered"
    }
}
