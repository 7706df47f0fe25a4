// SPDX-License-Identifier: Apache-2.0

extension SAMLFault {
    /// The rule of the must-refuse list that it belongs to.
    package var rule: String {
        switch self {
        case .xsw1, .xsw2, .xsw3, .xsw3After, .xsw4, .xsw5, .xsw6, .xsw7, .xsw7Original, .xsw8, .xswObject,
            .xswStatusDetail, .xswAdvice, .xswConfirmationData, .xswAttributeValue, .xswForeignWrapper,
            .xswForeignAssertion, .signatureOutside, .twoAssertions, .twoSignatures, .encryptedBesidePlain:
            "M1"
        case .unsigned, .signatureEmpty, .contentTampered:
            "M2"
        case .duplicateID, .aliasedID, .lowerCaseID:
            "M3"
        case .digestComment, .twoReferences, .noReference, .twoSignedInfo:
            "M4"
        case .referenceWhole, .referenceXPointer, .referenceHTTP, .referenceFile, .referenceOther:
            "M5"
        case .transformXSLT, .transformXPath, .transformMany, .canonicalWithComments, .inclusiveCanonical:
            "M6"
        case .relativeNamespace, .digestOfNothing:
            "M7"
        case .sha1Signature, .sha1Digest, .algorithmUnknown:
            "M8"
        case .hmacCertificate:
            "M9"
        case .wrongKey, .keyInfoStranger, .keyInfoClone, .keyInfoRetrieval:
            "M10"
        case .issuerWrong, .issuerOtherTenant, .issuerMissing, .issuersDiffer:
            "M11"
        case .emailOtherDomain:
            "M12"
        case .destinationWrong, .destinationPrefix, .destinationMissing, .recipientWrong, .recipientMissing:
            "M13"
        case .audienceWrong, .audienceMissing, .audienceSecond, .conditionsMissing:
            "M14"
        case .inResponseToWrong, .inResponseToMissing, .inResponseToConfirmation, .inResponseToContradicts,
            .otherRequest, .relayStateMissing, .relayStateWrong, .relayStateTwice:
            "M15"
        case .expired, .notYetValid, .confirmationExpired, .confirmationUnbounded, .confirmationNotBefore,
            .issuedInFuture, .timeGarbage, .timeZone, .sessionEnded:
            "M16"
        case .statusFailure, .statusDenied, .statusResponder, .assertionMissing, .versionWrong, .bearerMissing,
            .senderVouches, .bearerTwice, .authnStatementMissing, .conditionUnknown, .proxyRestrictionZero:
            "M17"
        case .nameIDComment, .nameIDChild, .nameIDEmpty, .nameIDMissing, .nameIDTwice, .issuerComment,
            .processingInstruction:
            "M18"
        case .emailTwoValues, .emailTwice, .emailChild, .emailFriendlyName:
            "M19"
        case .emailHeader, .emailTwoAt, .emailHomoglyph:
            "M20"
        case .dtd, .dtdEntity, .dtdExternal, .dtdExpansion, .xinclude:
            "M21"
        case .truncated, .trailingGarbage, .twoRoots, .invalidUTF8, .utf16, .version11, .tooDeep, .tooMany,
            .tooLarge, .base64Garbage, .base64URL:
            "M22"
        case .responseTampered, .assertionSignatureBroken, .responseSignatureBroken:
            "M23"
        case .encryptedUnsigned, .encryptedTagBroken, .encryptedForOther, .encryptedResponse, .encryptedGarbage,
            .encryptedTwice, .encryptedForged:
            "M24"
        case .encryptedCBC, .encryptedRSA15:
            "M25"
        case .messageTwice, .sentByRedirect:
            "M28"
        case .replayed:
            "M29"
        case .emailMissing:
            "M38"
        case .messageMissing:
            "M66"
        }
    }
}
