public import Foundation

/// What an OP says about itself (OpenID Connect Discovery 3), after `Discovery` found it to be the right OP's.
public struct ProviderMetadata: Sendable, Hashable {
    /// The issuer, equal to the configured one.
    public let issuer: String
    /// Where the browser asks for a code.
    public let authorizationEndpoint: URL
    /// Where the code is redeemed.
    public let tokenEndpoint: URL
    /// Where the signing keys are.
    public let jwksURI: URL
    /// Where further claims are, if the OP has them apart.
    public let userInfoEndpoint: URL?
    /// Where the browser signs out (RP-Initiated Logout 1.0), if it can.
    public let endSessionEndpoint: URL?
    /// Whether every authorization response carries `iss` (RFC 9207 section 3).
    public let sendsIssuerInResponse: Bool
    /// `id_token_signing_alg_values_supported`.
    public let signingAlgorithms: [String]
    /// `token_endpoint_auth_methods_supported`; nil means `client_secret_basic`.
    public let tokenEndpointAuthMethods: [String]?
    /// `code_challenge_methods_supported`; nil where the OP does not say.
    public let codeChallengeMethods: [String]?
    /// `response_modes_supported`; nil means `query` and `fragment`.
    public let responseModes: [String]?
    /// `scopes_supported`; nil where the OP does not say.
    public let scopes: [String]?
    /// Where a request is pushed before the browser goes (RFC 9126 section 5), if it can be.
    public let pushedAuthorizationRequestEndpoint: URL?
    /// `require_pushed_authorization_requests`: whether a request that was not pushed is refused.
    public let requiresPushedAuthorizationRequests: Bool
    /// Everything else that the document says, for vendor modules; not verified beyond its syntax.
    public let claims: ClaimSet
}
