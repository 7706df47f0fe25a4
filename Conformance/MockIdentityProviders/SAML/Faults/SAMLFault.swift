// SPDX-License-Identifier: Apache-2.0

/// One mistake, or one attack, that the IdP makes on purpose in one login.
///
/// All of them must be refused.
package enum SAMLFault: String, CaseIterable, Sendable, Codable {
    // MARK: Signature wrapping (Somorovsky 2012)

    /// A forged Response around the signed one, which stands inside the signature. M1.
    case xsw1 = "xsw-1"
    /// A forged Response around the signed one, which stands beside the signature. M1.
    case xsw2 = "xsw-2"
    /// A forged assertion before the signed one. M1.
    case xsw3 = "xsw-3"
    /// A forged assertion after the signed one. M1.
    case xsw3After = "xsw-3-after"
    /// A forged assertion around the signed one. M1.
    case xsw4 = "xsw-4"
    /// A forged assertion with the signature, the signed one after it. M1.
    case xsw5 = "xsw-5"
    /// A forged assertion with the signature, the signed one inside the signature. M1.
    case xsw6 = "xsw-6"
    /// A forged assertion in Extensions, the signed one in its place. M1.
    case xsw7 = "xsw-7"
    /// The signed assertion in Extensions, a forged one in its place. M1.
    case xsw7Original = "xsw-7-original"
    /// The signed assertion in an Object of the forged one's signature. M1.
    case xsw8 = "xsw-8"
    /// A forged assertion in an Object of the honest signature. M1.
    case xswObject = "xsw-object"
    /// The signed assertion in StatusDetail, a forged one in its place. M1.
    case xswStatusDetail = "xsw-status-detail"
    /// The signed assertion in the Advice of a forged one. M1.
    case xswAdvice = "xsw-advice"
    /// The signed assertion in the SubjectConfirmationData of a forged one. M1.
    case xswConfirmationData = "xsw-confirmation-data"
    /// The signed assertion in an AttributeValue of a forged one. M1.
    case xswAttributeValue = "xsw-attribute-value"
    /// The signed assertion in an element of another namespace, in Extensions. M1.
    case xswForeignWrapper = "xsw-foreign-wrapper"
    /// An element named Assertion of another namespace before the signed one. M1.
    case xswForeignAssertion = "xsw-foreign-assertion"
    /// The assertion's signature stands beside it, in the Response. M1.
    case signatureOutside = "signature-outside"
    /// Two genuine assertions, each signed. M1.
    case twoAssertions = "two-assertions"
    /// The signature stands twice in the assertion. M1.
    case twoSignatures = "two-signatures"

    // MARK: The signature itself

    /// Nothing is signed. M2.
    case unsigned
    /// SignatureValue is empty. M2.
    case signatureEmpty = "signature-empty"
    /// Signed by a key nobody published, certificate left out. M10.
    case wrongKey = "wrong-key"
    /// Signed by a stranger whose certificate stands in KeyInfo. M10.
    case keyInfoStranger = "key-info-stranger"
    /// The same, and the certificate has the IdP's subject. M10.
    case keyInfoClone = "key-info-clone"
    /// Signed by a stranger; KeyInfo says where to fetch the certificate. M10.
    case keyInfoRetrieval = "key-info-retrieval"
    /// Signed with RSA-SHA1. M8.
    case sha1Signature = "sha1-signature"
    /// The digest is SHA-1. M8.
    case sha1Digest = "sha1-digest"
    /// The signature algorithm is nobody's. M8.
    case algorithmUnknown = "algorithm-unknown"
    /// HMAC with the published certificate as the secret. M9.
    case hmacCertificate = "hmac-certificate"
    /// The name was exchanged after signing. M2.
    case contentTampered = "content-tampered"
    /// Both signed, and the Response changed afterwards. M23.
    case responseTampered = "response-tampered"
    /// Both signed, and the assertion's signature is broken. M23.
    case assertionSignatureBroken = "assertion-signature-broken"
    /// Both signed, and the Response's signature is broken. M23.
    case responseSignatureBroken = "response-signature-broken"
    /// Response and assertion have one ID. M3.
    case duplicateID = "duplicate-id"
    /// A second identifier with a prefix on the assertion. M3.
    case aliasedID = "aliased-id"
    /// An attribute named id beside ID. M3.
    case lowerCaseID = "lower-case-id"
    /// A comment in DigestValue before the digits. M4.
    case digestComment = "digest-comment"
    /// A second Reference. M4.
    case twoReferences = "two-references"
    /// No Reference at all. M4.
    case noReference = "no-reference"
    /// A forged SignedInfo before the signed one. M4.
    case twoSignedInfo = "two-signed-info"
    /// The Reference means the whole document. M5.
    case referenceWhole = "reference-whole"
    /// The Reference is an XPointer. M5.
    case referenceXPointer = "reference-xpointer"
    /// The Reference is an address. M5.
    case referenceHTTP = "reference-http"
    /// The Reference is a file. M5.
    case referenceFile = "reference-file"
    /// The Reference means the Response. M5.
    case referenceOther = "reference-other"
    /// A transform is a program. M6.
    case transformXSLT = "transform-xslt"
    /// A transform leaves the subject out. M6.
    case transformXPath = "transform-xpath"
    /// A hundred transforms. M6.
    case transformMany = "transform-many"
    /// Canonicalisation keeps comments. M6.
    case canonicalWithComments = "canonical-with-comments"
    /// Canonicalisation is inclusive. M6.
    case inclusiveCanonical = "inclusive-canonical"
    /// A namespace name is relative, which voids canonicalisation. M7.
    case relativeNamespace = "relative-namespace"
    /// The digest is the one of no octets. M7.
    case digestOfNothing = "digest-of-nothing"

    // MARK: Text and document

    /// A comment splits the name. M18.
    case nameIDComment = "name-id-comment"
    /// An element stands in the name. M18.
    case nameIDChild = "name-id-child"
    /// The name is empty. M18.
    case nameIDEmpty = "name-id-empty"
    /// There is no name. M18.
    case nameIDMissing = "name-id-missing"
    /// There are two names. M18.
    case nameIDTwice = "name-id-twice"
    /// A comment splits the issuer. M18.
    case issuerComment = "issuer-comment"
    /// A DTD. M21.
    case dtd
    /// An entity holds the name. M21.
    case dtdEntity = "dtd-entity"
    /// An external entity. M21.
    case dtdExternal = "dtd-external"
    /// Entities that grow without bound. M21.
    case dtdExpansion = "dtd-expansion"
    /// An XInclude. M21.
    case xinclude
    /// A processing instruction before the Response. M18.
    case processingInstruction = "processing-instruction"
    /// The end is missing. M22.
    case truncated
    /// Text after the end. M22.
    case trailingGarbage = "trailing-garbage"
    /// Two Responses one after the other. M22.
    case twoRoots = "two-roots"
    /// Not UTF-8. M22.
    case invalidUTF8 = "invalid-utf8"
    /// UTF-16. M22.
    case utf16 = "utf-16"
    /// XML 1.1. M22.
    case version11 = "xml-1.1"
    /// A hundred levels in Extensions. M22.
    case tooDeep = "too-deep"
    /// Three thousand elements in Extensions. M22.
    case tooMany = "too-many"
    /// Half a mebibyte in Extensions. M22.
    case tooLarge = "too-large"
    /// No base64. M22.
    case base64Garbage = "base64-garbage"
    /// Base64url. M22.
    case base64URL = "base64url"

    // MARK: What the Response and the assertion say

    /// The issuer is somebody else. M11.
    case issuerWrong = "issuer-wrong"
    /// The issuer is another tenant of this IdP. M11.
    case issuerOtherTenant = "issuer-other-tenant"
    /// The assertion has no issuer. M11.
    case issuerMissing = "issuer-missing"
    /// Response and assertion name two issuers. M11.
    case issuersDiffer = "issuers-differ"
    /// Destination is another ACS. M13.
    case destinationWrong = "destination-wrong"
    /// Destination only begins like ours. M13.
    case destinationPrefix = "destination-prefix"
    /// A signed Response without Destination. M13.
    case destinationMissing = "destination-missing"
    /// Recipient is another ACS. M13.
    case recipientWrong = "recipient-wrong"
    /// No Recipient. M13.
    case recipientMissing = "recipient-missing"
    /// For another SP. M14.
    case audienceWrong = "audience-wrong"
    /// For nobody in particular. M14.
    case audienceMissing = "audience-missing"
    /// A second restriction names another SP: both must hold. M14.
    case audienceSecond = "audience-second"
    /// No Conditions. M14.
    case conditionsMissing = "conditions-missing"
    /// An answer to a request that nobody sent. M15.
    case inResponseToWrong = "in-response-to-wrong"
    /// An answer to no request, in both places. M15.
    case inResponseToMissing = "in-response-to-missing"
    /// The confirmation answers no request. M15.
    case inResponseToConfirmation = "in-response-to-confirmation"
    /// Response and confirmation answer two requests. M15.
    case inResponseToContradicts = "in-response-to-contradicts"
    /// An answer to another browser's request. M15.
    case otherRequest = "other-request"
    /// Expired an hour ago. M16.
    case expired
    /// Valid in an hour. M16.
    case notYetValid = "not-yet-valid"
    /// The confirmation expired an hour ago. M16.
    case confirmationExpired = "confirmation-expired"
    /// The confirmation has no NotOnOrAfter. M16.
    case confirmationUnbounded = "confirmation-unbounded"
    /// The confirmation has a NotBefore. M16.
    case confirmationNotBefore = "confirmation-not-before"
    /// Issued in an hour. M16.
    case issuedInFuture = "issued-in-future"
    /// NotOnOrAfter is no time. M16.
    case timeGarbage = "time-garbage"
    /// NotOnOrAfter is in another zone. M16.
    case timeZone = "time-zone"
    /// SessionNotOnOrAfter has passed. M16.
    case sessionEnded = "session-ended"
    /// An assertion under a status of failure. M17.
    case statusFailure = "status-failure"
    /// No assertion: the IdP says no. M17.
    case statusDenied = "status-denied"
    /// No assertion: the IdP has a malfunction. M17.
    case statusResponder = "status-responder"
    /// Success, and no assertion. M17.
    case assertionMissing = "assertion-missing"
    /// SAML 1.1. M17.
    case versionWrong = "version-wrong"
    /// No confirmation. M17.
    case bearerMissing = "bearer-missing"
    /// A confirmation of another method. M17.
    case senderVouches = "sender-vouches"
    /// Two confirmations, each half right. M17.
    case bearerTwice = "bearer-twice"
    /// Attributes, but no sign-in. M17.
    case authnStatementMissing = "authn-statement-missing"
    /// A condition of another kind. M17.
    case conditionUnknown = "condition-unknown"
    /// Nobody may vouch any further. M17.
    case proxyRestrictionZero = "proxy-restriction-zero"

    // MARK: Encryption

    /// An unsigned assertion, encrypted, in an unsigned Response. M24.
    case encryptedUnsigned = "encrypted-unsigned"
    /// One bit of the ciphertext flipped. M24.
    case encryptedTagBroken = "encrypted-tag-broken"
    /// Encrypted to somebody else. M24.
    case encryptedForOther = "encrypted-for-other"
    /// The plaintext is a Response. M24.
    case encryptedResponse = "encrypted-response"
    /// The plaintext is no XML. M24.
    case encryptedGarbage = "encrypted-garbage"
    /// Two assertions in the plaintext. M24.
    case encryptedTwice = "encrypted-twice"
    /// A forged assertion beside the encrypted one. M1.
    case encryptedBesidePlain = "encrypted-beside-plain"
    /// A forged assertion around the signed one, encrypted. M24.
    case encryptedForged = "encrypted-forged"
    /// AES-CBC. M25.
    case encryptedCBC = "encrypted-cbc"
    /// The key is encrypted by RSA 1.5. M25.
    case encryptedRSA15 = "encrypted-rsa15"

    // MARK: The person

    /// An address of another organization's domain. M12.
    case emailOtherDomain = "email-other-domain"
    /// Two addresses in one attribute. M19.
    case emailTwoValues = "email-two-values"
    /// Two attributes of that name. M19.
    case emailTwice = "email-twice"
    /// An element stands in the address. M19.
    case emailChild = "email-child"
    /// Only FriendlyName says that it is the address. M19.
    case emailFriendlyName = "email-friendly-name"
    /// No address. M38.
    case emailMissing = "email-missing"
    /// A line end and a header in the address. M20.
    case emailHeader = "email-header"
    /// Two at-signs. M20.
    case emailTwoAt = "email-two-at"
    /// A domain that only looks like ours. M20.
    case emailHomoglyph = "email-homoglyph"

    // MARK: The exchange

    /// The message of the login before. M29.
    case replayed
    /// No RelayState. M15.
    case relayStateMissing = "relay-state-missing"
    /// A RelayState that nobody sent. M15.
    case relayStateWrong = "relay-state-wrong"
    /// Two of them. M15.
    case relayStateTwice = "relay-state-twice"
    /// Two SAMLResponse fields. M28.
    case messageTwice = "message-twice"
    /// No SAMLResponse. M66.
    case messageMissing = "message-missing"
    /// Brought by redirect, which the profile does not have. M28.
    case sentByRedirect = "sent-by-redirect"
}
