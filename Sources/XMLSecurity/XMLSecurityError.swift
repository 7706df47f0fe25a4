import CXMLSec

/// Why a document, signature, key or ciphertext is refused.
package struct XMLSecurityError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The bounded cause: one for each check.
    package enum Code: String, Sendable, CaseIterable {
        // Reading
        case tooLarge = "xml_too_large"
        case notUTF8 = "xml_not_utf8"
        case dtd = "xml_dtd"
        case notWellFormed = "xml_not_well_formed"
        case version = "xml_version"
        case tooDeep = "xml_too_deep"
        case tooManyElements = "xml_too_many_elements"
        case tooManyAttributes = "xml_too_many_attributes"
        case entityReference = "xml_entity_reference"
        case relativeNamespace = "xml_relative_namespace"
        case namespaceTooLong = "xml_namespace_too_long"
        case xinclude = "xml_xinclude"
        case remark = "xml_comment_or_instruction"
        case idAliased = "id_aliased"
        case idDuplicate = "id_duplicate"
        case idMalformed = "id_malformed"
        // Signatures
        case signatureMissing = "signature_missing"
        case signatureShape = "signature_shape"
        case signatureLeaf = "signature_leaf_not_plain"
        case signatureEmpty = "signature_empty"
        case canonicalizationNotAllowed = "canonicalization_not_allowed"
        case signatureAlgorithmNotAllowed = "signature_algorithm_not_allowed"
        case digestAlgorithmNotAllowed = "digest_algorithm_not_allowed"
        case transformNotAllowed = "transform_not_allowed"
        case signatureCoversOtherElement = "signature_covers_other_element"
        case digestOfNothing = "digest_of_nothing"
        case canonicalizationEmpty = "canonicalization_empty"
        case noKey = "no_key_configured"
        case keyNotForAlgorithm = "key_not_for_algorithm"
        case keyTooShort = "key_too_short"
        case signatureInvalid = "signature_invalid"
        case digestMismatch = "digest_mismatch"
        // Encryption
        case encryptionShape = "encryption_shape"
        case encryptionAlgorithmNotAllowed = "encryption_algorithm_not_allowed"
        case weakEncryptionUnsigned = "weak_encryption_unsigned"
        case decryptionFailed = "decryption_failed"
        // Encoding and keys
        case base64 = "base64_malformed"
        case inflate = "deflate_malformed"
        case inflateTooLarge = "deflate_too_large"
        case keyUnreadable = "key_unreadable"
        case keyUnsupported = "key_unsupported"
        case internalFailure = "xml_internal"
    }

    /// The bounded cause.
    package let code: Code
    /// What the operator needs to know; never content of a message.
    package let detail: String

    /// An error with its operator detail.
    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// The code only.
    package var description: String { code.rawValue }
}

extension XMLSecurityError {
    private static let causes: [UInt32: (Code, String)] = [
        VX_TOO_LARGE.rawValue: (.tooLarge, "the document is larger than it may be"),
        VX_NOT_UTF8.rawValue: (.notUTF8, "the document is not UTF-8"),
        VX_DTD.rawValue: (.dtd, "the document has a DTD or declares an entity"),
        VX_NOT_WELL_FORMED.rawValue: (.notWellFormed, "the document is not well-formed XML 1.0 with namespaces"),
        VX_VERSION.rawValue: (.version, "the document is not XML 1.0"),
        VX_TOO_DEEP.rawValue: (.tooDeep, "the document's elements are nested too deep"),
        VX_TOO_MANY_ELEMENTS.rawValue: (.tooManyElements, "the document has too many elements"),
        VX_TOO_MANY_ATTRIBUTES.rawValue: (.tooManyAttributes, "an element has too many attributes"),
        VX_ENTITY_REFERENCE.rawValue: (.entityReference, "the document refers to an entity"),
        VX_RELATIVE_NAMESPACE.rawValue: (.relativeNamespace, "a namespace name is not an absolute URI"),
        VX_LONG_NAMESPACE.rawValue: (.namespaceTooLong, "a namespace name is longer than 512 octets"),
        VX_XINCLUDE.rawValue: (.xinclude, "the document includes another"),
        VX_SIGNATURE_ERROR.rawValue: (.signatureInvalid, "the signature could not be processed"),
        VX_SIGNATURE_INVALID.rawValue: (.signatureInvalid, "the signature does not verify under a configured key"),
        VX_DIGEST_MISMATCH.rawValue: (.digestMismatch, "the element was changed after it was signed"),
        VX_REFERENCE_MISMATCH.rawValue: (
            .signatureCoversOtherElement, "what was hashed is not the element that the signature stands in"
        ),
        VX_CANONICALIZATION_EMPTY.rawValue: (.canonicalizationEmpty, "canonicalisation failed or left nothing"),
        VX_KEY_MISMATCH.rawValue: (.keyNotForAlgorithm, "the key is not of the algorithm's type"),
        VX_KEY_UNREADABLE.rawValue: (.keyUnreadable, "the key or certificate cannot be read"),
        VX_KEY_UNSUPPORTED.rawValue: (.keyUnsupported, "the key is neither RSA nor on one of P-256, P-384, P-521"),
        VX_CRYPTO_FAILED.rawValue: (.decryptionFailed, "the content does not open with a key of ours"),
        VX_INFLATE_FAILED.rawValue: (.inflate, "the message is not one DEFLATE stream"),
        VX_INFLATE_TOO_LARGE.rawValue: (.inflateTooLarge, "the message inflates to more than it may"),
    ]

    init(_ status: vx_status) {
        let (code, detail) = Self.causes[status.rawValue] ?? (.internalFailure, "status \(status.rawValue)")
        self.init(code, detail)
    }
}

extension vx_status {
    /// Throws unless the call succeeded.
    func check() throws(XMLSecurityError) { if self != VX_OK { throw XMLSecurityError(self) } }
}
