// SPDX-License-Identifier: Apache-2.0

package import JOSE

/// How a client says who it is, and by no other way (OpenID Connect Core 9).
package enum OPClientMethod: Sendable {
    /// Its secret, in the header or in the form; without a secret it is a public client.
    case secret
    /// `client_secret_jwt`.
    case secretJWT
    /// `private_key_jwt`, with the keys that are published at an address of this machine.
    case privateKeyJWT(jwksURI: String)
    /// The same, with keys that were registered.
    case registeredKeys(JWKSet)

    var isSecret: Bool { if case .secret = self { true } else { false } }
}

/// Whether a tenant takes authorization requests that are pushed (RFC 9126).
package enum OPPushedRequests: Sendable {
    case none
    case offered
    /// `require_pushed_authorization_requests`: no others are taken.
    case required
    /// Offered, and the endpoint answers 500.
    case failing
}

/// A client assertion that was accepted.
package struct AcceptedAssertion: Sendable, Hashable {
    /// `token` or `par`.
    package let endpoint: String
    package let jti: String
    package let audience: String
    package let algorithm: String
    /// Absent under a shared secret.
    package let kid: String?
}

/// A request that was pushed and waits for its browser.
struct PushedRequest: Sendable {
    let clientID: String
    let parameters: Parameters
    /// Seconds since 1970.
    let until: Int64
}
