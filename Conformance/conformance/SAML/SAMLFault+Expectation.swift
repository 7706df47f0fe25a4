// SPDX-License-Identifier: Apache-2.0

import MockIdentityProviders

/// What the audit log must say of a refused message.
enum Expectation: Sendable, Hashable, CustomStringConvertible {
    /// `message_refused` by this check.
    case rule(String)
    /// Another code: the engine refused, before the module or after it.
    case code(String)

    var description: String {
        switch self {
        case .rule(let rule): rule
        case .code(let code): "the code \(code)"
        }
    }
}

extension AuditedRefusal {
    /// Whether this is what was expected.
    func matches(_ expected: Expectation) -> Bool {
        switch expected {
        case .rule(let rule): code == "message_refused" && self.rule == rule
        case .code(let code): self.code == code
        }
    }
}

extension SAMLFault {
    /// What the audit log must say.
    var expectation: Expectation {
        if let code = engineCode { return .code(code) }
        return .rule(structureRule ?? signatureRule ?? contentRule ?? "no rule is known")
    }

    /// What is refused without the module, or after it.
    private var engineCode: String? {
        switch self {
        case .statusDenied: "upstream_denied"
        case .emailMissing, .emailFriendlyName: "email_missing"
        case .relayStateMissing, .relayStateWrong: "state_mismatch"
        case .relayStateTwice, .messageTwice: "malformed_request"
        default: nil
        }
    }

    /// Shape of the document: before any key is used.
    private var structureRule: String? {
        switch self {
        case .xsw3, .xsw3After, .xsw4, .xsw5, .xsw6, .xsw7, .xsw7Original, .xsw8, .xswObject, .xswStatusDetail,
            .xswAdvice,
            .xswConfirmationData, .xswAttributeValue, .xswForeignWrapper, .twoAssertions, .encryptedBesidePlain,
            .encryptedForged:
            "assertion_not_single"
        case .xsw1, .xsw2, .xswForeignAssertion, .twoSignatures, .nameIDChild, .nameIDTwice,
            .encryptedResponse, .issuerMissing:
            "unexpected_element"
        case .duplicateID: "id_duplicate"
        case .aliasedID, .lowerCaseID: "id_aliased"
        case .digestComment, .nameIDComment, .issuerComment, .processingInstruction: "xml_comment_or_instruction"
        case .relativeNamespace: "xml_relative_namespace"
        case .dtd, .dtdEntity, .dtdExternal, .dtdExpansion: "xml_dtd"
        case .xinclude: "xml_xinclude"
        case .truncated, .trailingGarbage, .twoRoots, .encryptedGarbage, .encryptedTwice: "xml_not_well_formed"
        case .invalidUTF8, .utf16: "xml_not_utf8"
        case .version11: "xml_version"
        case .tooDeep: "xml_too_deep"
        case .tooMany: "xml_too_many_elements"
        case .tooLarge: "message_too_large"
        case .base64Garbage, .base64URL: "base64_malformed"
        case .messageMissing: "message_missing"
        case .sentByRedirect: "binding_not_allowed"
        default: nil
        }
    }

    /// Signatures and encryption.
    private var signatureRule: String? {
        switch self {
        case .unsigned, .encryptedUnsigned: "signature_missing"
        case .signatureEmpty: "signature_empty"
        case .contentTampered, .responseTampered: "digest_mismatch"
        case .wrongKey, .keyInfoStranger, .keyInfoClone, .keyInfoRetrieval,
            .assertionSignatureBroken, .responseSignatureBroken:
            "signature_invalid"
        case .sha1Signature, .algorithmUnknown, .hmacCertificate: "signature_algorithm_not_allowed"
        case .sha1Digest: "digest_algorithm_not_allowed"
        case .twoReferences, .noReference, .twoSignedInfo: "signature_shape"
        case .signatureOutside, .referenceWhole, .referenceXPointer, .referenceHTTP, .referenceFile, .referenceOther:
            "signature_covers_other_element"
        case .transformXSLT, .transformXPath, .transformMany: "transform_not_allowed"
        case .canonicalWithComments, .inclusiveCanonical: "canonicalization_not_allowed"
        case .digestOfNothing: "digest_of_nothing"
        case .encryptedTagBroken, .encryptedForOther: "decryption_failed"
        case .encryptedCBC, .encryptedRSA15: "encryption_algorithm_not_allowed"
        default: nil
        }
    }

    /// What the Response and the assertion say.
    private var contentRule: String? {
        switch self {
        case .emailOtherDomain: "email_domain_not_owned"
        case .issuerWrong, .issuerOtherTenant, .issuersDiffer: "issuer_mismatch"
        case .destinationWrong, .destinationPrefix: "destination_mismatch"
        case .destinationMissing: "destination_missing"
        case .recipientWrong: "recipient_mismatch"
        case .recipientMissing: "recipient_missing"
        case .audienceWrong, .audienceSecond: "audience_mismatch"
        case .audienceMissing: "audience_missing"
        case .conditionsMissing: "conditions_missing"
        case .inResponseToWrong, .inResponseToContradicts, .otherRequest, .replayed: "in_response_to_mismatch"
        case .inResponseToMissing, .inResponseToConfirmation: "in_response_to_missing"
        case .expired: "assertion_expired"
        case .notYetValid: "not_yet_valid"
        case .confirmationExpired: "confirmation_expired"
        case .confirmationUnbounded: "confirmation_unbounded"
        case .confirmationNotBefore: "confirmation_not_before"
        case .issuedInFuture: "issued_in_future"
        case .timeGarbage, .timeZone: "time_malformed"
        case .sessionEnded: "session_ended"
        case .statusFailure, .statusResponder: "status_not_success"
        case .assertionMissing: "assertion_missing"
        case .versionWrong: "version_not_supported"
        case .bearerMissing, .senderVouches, .bearerTwice: "bearer_confirmation_missing"
        case .authnStatementMissing: "authn_statement_missing"
        case .conditionUnknown: "condition_unknown"
        case .proxyRestrictionZero: "proxying_forbidden"
        case .nameIDEmpty: "name_id_malformed"
        case .nameIDMissing: "name_id_missing"
        case .emailTwoValues, .emailTwice: "attribute_ambiguous"
        case .emailChild: "attribute_malformed"
        case .emailHeader, .emailTwoAt, .emailHomoglyph: "email_malformed"
        default: nil
        }
    }
}
