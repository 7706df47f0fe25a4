import Broker

/// One thing that an OpenID Provider does other than an honest one.
public enum OpenIDChange: Sendable {
    /// Who signs an ID token.
    public enum Signer: Sendable {
        /// Another key under the id of the published one.
        case otherKey
        /// Nobody: `alg` is `none`.
        case nobody
        /// A MAC whose key is the published public key.
        case publicKeyAsSecret
    }

    /// A place of the OP.
    public enum Place: Sendable {
        /// The discovery document.
        case discovery
        /// The JWKS.
        case keys
        /// The token endpoint.
        case token
        /// UserInfo.
        case userInfo
    }

    /// Other header parameters of the ID token.
    case header(@Sendable (inout Claims) -> Void)
    /// Other claims of the ID token.
    case claims(@Sendable (inout Claims, TokenFacts) -> Void)
    /// Another payload of the ID token, as text.
    case payload(@Sendable (String) -> String)
    /// Another signer.
    case signer(Signer)
    /// Another answer of the token endpoint.
    case tokens(@Sendable (inout Claims) -> Void)
    /// Other claims of UserInfo.
    case userInfo(@Sendable (inout Claims) -> Void)
    /// Another discovery document.
    case document(@Sendable (inout Claims) -> Void)
    /// Another JWKS.
    case keys(@Sendable (inout Claims) -> Void)
    /// Another key, published and used.
    case key(name: String, kid: String)
    /// A place answers otherwise altogether.
    case answer(Place, ScriptedTransport.Answer)
    /// Other claims of the access token, where it is a JWT.
    case accessToken(@Sendable (inout Claims, TokenFacts) -> Void)
}
