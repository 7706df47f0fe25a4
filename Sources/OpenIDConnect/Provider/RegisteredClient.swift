package import JOSE

/// How a client proves who it is at the token endpoint (OpenID Connect Core 9).
package enum ClientAuthenticationMethod: String, Sendable, Codable, CaseIterable {
    /// The secret in the `Authorization` header.
    case basic = "client_secret_basic"
    /// The secret in the form.
    case post = "client_secret_post"
    /// A JWT signed with the client's own key.
    case privateKeyJWT = "private_key_jwt"
    /// Nothing: a public client, which PKCE alone ties to its code.
    case none
}

/// What an OP knows of a client.
package struct RegisteredClient: Sendable {
    /// Its id.
    package var id: String
    /// How it proves who it is.
    package var authentication: ClientAuthenticationMethod
    /// The keys of `private_key_jwt`.
    package var keys: JWKSet
    /// Where codes may go, byte for byte.
    package var redirectURIs: [String]
    /// Where a browser may go after a sign-out, byte for byte.
    package var postLogoutRedirectURIs: [String]
    /// Whether every request needs a code challenge.
    package var requiresPKCE: Bool
    /// The scopes that it may ask for, `openid` among them.
    package var scopes: [String]

    package init(
        id: String, authentication: ClientAuthenticationMethod = .basic, keys: JWKSet = JWKSet(keys: []),
        redirectURIs: [String], postLogoutRedirectURIs: [String] = [], requiresPKCE: Bool = false,
        scopes: [String] = ["openid", "profile", "email"]
    ) {
        self.id = id
        self.authentication = authentication
        self.keys = keys
        self.redirectURIs = redirectURIs
        self.postLogoutRedirectURIs = postLogoutRedirectURIs
        // RFC 9700 2.1.1: nothing else ties a public client to its code.
        self.requiresPKCE = requiresPKCE || authentication == .none
        self.scopes = scopes
    }

    /// Whether an answer may go there (M50): any tolerance has been used to steal codes.
    package func registers(redirectURI: String) -> Bool {
        redirectURIs.contains { $0.hasSameBytes(as: redirectURI) }
    }

    /// Whether a browser may go there after a sign-out.
    package func registers(postLogoutRedirectURI: String) -> Bool {
        postLogoutRedirectURIs.contains { $0.hasSameBytes(as: postLogoutRedirectURI) }
    }

    /// Whether an id is the client's.
    package func isNamed(_ id: String) -> Bool { self.id.hasSameBytes(as: id) }
}
