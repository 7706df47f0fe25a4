// SPDX-License-Identifier: Apache-2.0

/// One mistake in an IdP's metadata.
///
/// All of them must be refused; what was known before stays in force.
package enum SAMLMetadataFault: String, CaseIterable, Sendable, Codable {
    /// No XML. M27.
    case garbage
    /// Answers 503. M52.
    case down
    /// Answers 2 MiB. M52.
    case huge
    /// A redirect to the lure. M52.
    case redirect
    /// A DTD. M21.
    case dtd
    /// Another entityID. M27.
    case entityIDWrong = "entity-id-wrong"
    /// Expired an hour ago. M27.
    case expired
    /// No signing key at all. M27.
    case withoutKeys = "without-keys"
    /// Only a key of 1024 bits. M8.
    case weakKey = "weak-key"
    /// A certificate that is none. M27.
    case certificateGarbage = "certificate-garbage"
    /// No place to send requests to. M27.
    case withoutSingleSignOn = "without-single-sign-on"
    /// Requests go to a script. M27.
    case scriptLocation = "script-location"
    /// No IdP role. M27.
    case withoutRole = "without-role"
    /// Signed by a stranger who brings a certificate. M27.
    case strangerSignature = "stranger-signature"
    /// The name was exchanged after signing. M27.
    case tampered

    /// The rule it belongs to.
    package var rule: String {
        switch self {
        case .down, .huge, .redirect: "M52"
        case .dtd: "M21"
        case .weakKey: "M8"
        default: "M27"
        }
    }
}
