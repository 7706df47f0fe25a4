// SPDX-License-Identifier: Apache-2.0

/// One mistake in a logout token (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6).
///
/// All of them must be refused.
package enum LogoutTokenFault: String, CaseIterable, Sendable, Codable {
    /// The header says `none` and the signature is empty. M39.
    case algNone = "alg-none"
    /// Signed by a key nobody published. M39.
    case wrongKey = "wrong-key"
    /// The type is an ID token's. M39.
    case typWrong = "typ-wrong"
    /// The issuer is somebody else. M39.
    case issWrong = "iss-wrong"
    /// The audience is another client. M39.
    case audWrong = "aud-wrong"
    /// There is no time of issue. M39.
    case iatMissing = "iat-missing"
    /// Expired an hour ago. M39.
    case expPast = "exp-past"
    /// There is no `jti` to recognise a replay by. M39.
    case jtiMissing = "jti-missing"
    /// There is no `events`. M39.
    case eventsMissing = "events-missing"
    /// `events` names another event. M39.
    case eventsWrong = "events-wrong"
    /// The event is a text, not an object. M39.
    case eventsNotObject = "events-not-object"
    /// There is a nonce, which only ID tokens have. M39.
    case noncePresent = "nonce-present"
    /// Neither `sub` nor `sid` says whose session it is. M39.
    case subjectMissing = "subject-missing"

    /// The rule all of them belong to.
    package var rule: String { "M39" }
}
