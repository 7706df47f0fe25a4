public import Broker
import HTTPTypes

/// What one vendor's OpenID Provider looks like from outside: addresses, keys, and which claims stand where.
public struct OpenIDShape: Sendable {
    /// What an access token is.
    public enum AccessToken: Sendable {
        /// Text that means nothing to us.
        case opaque
        /// A JWT of these claims and this `typ`.
        case jwt(typ: String?, @Sendable (TokenFacts) -> Claims)
    }

    /// How the client authenticates at the token endpoint.
    public enum ClientAuthentication: String, Sendable {
        /// HTTP Basic.
        case basic = "client_secret_basic"
        /// In the form.
        case post = "client_secret_post"
        /// A public client.
        case none
    }

    /// One further place that the vendor answers, such as an API for groups.
    public struct Route: Sendable {
        /// What answers: it is told whose access token came, nil where none of this OP did.
        public typealias Answer = @Sendable (OutboundRequest, TokenFacts?) throws(TransportError) -> OutboundResponse

        /// The place, as `ScriptedTransport` writes places.
        public var place: String
        /// What answers.
        public var answer: Answer

        /// A route.
        public init(_ place: String, _ answer: @escaping Answer) {
            self.place = place
            self.answer = answer
        }
    }

    /// `iss` of its tokens.
    public var issuer: String
    /// The issuer in the discovery document, where that is not the tokens' (Entra's template).
    public var documentIssuer: String?
    /// Where the discovery document is; nil is the place below the issuer.
    public var discoveryURL: String?
    /// Where the browser asks for a code.
    public var authorizationEndpoint: String
    /// Where the code is redeemed.
    public var tokenEndpoint: String
    /// Where keys are.
    public var jwksURI: String
    /// Where UserInfo is.
    public var userInfoEndpoint: String?
    /// Where the browser signs out.
    public var endSessionEndpoint: String?
    /// Where tokens are revoked.
    public var revocationEndpoint: String?
    /// The client's id.
    public var clientID: String
    /// The client's secret.
    public var clientSecret = "S3CR3T-client-value"
    /// How the client authenticates.
    public var authentication = ClientAuthentication.basic
    /// The algorithm of its signatures.
    public var algorithm = "RS256"
    /// The id of its key.
    public var keyID = "k1"
    /// `typ` of its ID tokens.
    public var idTokenType: String? = "JWT"
    /// Whether the authorization response carries `iss` (RFC 9207).
    public var sendsIssuer = false
    /// Whether the browser comes back by a posted form.
    public var postsBack = false
    /// Whether ID tokens carry `at_hash`.
    public var hasAccessTokenHash = true
    /// Whether it is an OpenID Provider; without, it is an OAuth 2.0 server that gives access tokens alone.
    public var hasIDToken = true
    /// The member of UserInfo that says who it is; nil where `userInfo` says so itself.
    public var subjectMember: String? = "sub"
    /// Whether a refresh token comes along.
    public var givesRefreshToken = true
    /// `sub` of a person.
    public var subject: @Sendable (KitPerson) -> String = { $0.subject }
    /// Claims of an ID token beside `iss`, `sub`, `aud`, `exp`, `iat`, `nonce`; they go before those.
    public var idToken: @Sendable (TokenFacts) -> Claims = { facts in
        ["name": .string(facts.person.name), "email": .string(facts.person.email), "email_verified": true]
    }
    /// What an access token is.
    public var accessToken = AccessToken.opaque
    /// Claims of UserInfo beside `sub`.
    public var userInfo: @Sendable (TokenFacts) -> Claims = { facts in
        ["name": .string(facts.person.name), "email": .string(facts.person.email), "email_verified": true]
    }
    /// Further members of the discovery document, or others in place of those that follow from the shape.
    public var document: Claims = [:]
    /// Further members of each key of the JWKS.
    public var keyMembers: Claims = [:]
    /// Further places.
    public var routes: [Route] = []
    /// What the token endpoint answers to other grants than codes and refresh tokens; nil refuses them.
    public var otherGrants: ScriptedTransport.Answer?

    /// A shape with the endpoints that follow from a base address.
    public init(issuer: String, base: String? = nil, clientID: String) {
        let base = base ?? issuer
        self.issuer = issuer
        self.clientID = clientID
        authorizationEndpoint = base + "/authorize"
        tokenEndpoint = base + "/token"
        jwksURI = base + "/jwks"
        userInfoEndpoint = base + "/userinfo"
        endSessionEndpoint = base + "/logout"
        revocationEndpoint = base + "/revoke"
    }

    /// Where the discovery document is.
    public var documentURL: String {
        if let discoveryURL { return discoveryURL }
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        return base + "/.well-known/openid-configuration"
    }

    /// The same shape with something else about it.
    public func with(_ change: (inout OpenIDShape) -> Void) -> OpenIDShape {
        var shape = self
        change(&shape)
        return shape
    }
}

/// What is known when a token is made.
public struct TokenFacts: Sendable {
    /// Who signed in.
    public var person: KitPerson
    /// The time.
    public var now: Timestamp
    /// The client.
    public var clientID: String
    /// The issuer.
    public var issuer: String
    /// The person's `sub`.
    public var subject: String
    /// The nonce of the authorization request.
    public var nonce: String?
    /// The session at the OP.
    public var sessionID: String
    /// The scopes that were asked for.
    public var scopes: [String]
    /// Another for each answer of the token endpoint, for `jti` and the like.
    public var tokenID = ""
}
