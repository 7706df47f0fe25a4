// SPDX-License-Identifier: Apache-2.0

/// One mistake in a logout message of the IdP.
///
/// As a LogoutRequest none of them may end a session; as a LogoutResponse none may be taken for the IdP's word.
package enum SAMLLogoutFault: String, CaseIterable, Sendable, Codable {
    /// Not signed. M26.
    case unsigned
    /// Signed by a stranger. M26.
    case wrongKey = "wrong-key"
    /// Signed with SHA-1. M8.
    case sha1
    /// Another issuer. M26.
    case issuerWrong = "issuer-wrong"
    /// Another tenant of this IdP is the issuer. M26.
    case issuerOtherTenant = "issuer-other-tenant"
    /// For another endpoint. M26.
    case destinationWrong = "destination-wrong"
    /// Made an hour ago. M26.
    case expired
    /// Its own end has passed. M26.
    case notOnOrAfterPassed = "not-on-or-after-passed"
    /// Made in an hour. M26.
    case issuedInFuture = "issued-in-future"
    /// Changed after signing. M26.
    case tampered
    /// The message before, once more. M29.
    case replayed
    /// RelayState changed after signing. M28.
    case relayStateChanged = "relay-state-changed"
    /// A second SAMLRequest. M28.
    case parameterTwice = "parameter-twice"
    /// SAMLRequest and SAMLResponse. M28.
    case bothMessages = "both-messages"
    /// Inflates to many times its size. M28.
    case bomb
    /// A LogoutResponse to a request that nobody made. M26.
    case inResponseToWrong = "in-response-to-wrong"

    /// The rule it belongs to.
    package var rule: String {
        switch self {
        case .sha1: "M8"
        case .replayed: "M29"
        case .relayStateChanged, .parameterTwice, .bothMessages, .bomb: "M28"
        default: "M26"
        }
    }

    /// Whether only a query can have the mistake.
    package var needsRedirect: Bool { rule == "M28" }
    /// Whether only an answer can have it.
    package var needsResponse: Bool { self == .inResponseToWrong }
    /// Whether only a request can have it.
    package var needsRequest: Bool { self == .notOnOrAfterPassed || self == .replayed }
}
