package import Broker
package import Foundation
import HTTPTypes
import JOSE
import TrustDocuments

/// OpenID Connect Discovery: how an OP's metadata is asked for and when it is believed.
package enum Discovery {
    /// Discovery 4.1: the well-known path comes behind the issuer's own, whose final slash is dropped.
    package static func documentURL(issuer: String) -> URL? {
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        return endpoint(base + "/.well-known/openid-configuration")
    }

    /// Reads and checks the answer.
    package static func process(_ response: OutboundResponse, issuer: String) throws(LoginError) -> ProviderMetadata {
        try metadata(from: try Wire.jsonObject(response, of: "discovery"), issuer: issuer)
    }

    /// Reads and checks a document.
    package static func metadata(from claims: ClaimSet, issuer: String) throws(LoginError) -> ProviderMetadata {
        try requireIssuer(issuer, in: claims)
        return ProviderMetadata(
            issuer: issuer,
            authorizationEndpoint: try required("authorization_endpoint", in: claims),
            tokenEndpoint: try required("token_endpoint", in: claims),
            jwksURI: try required("jwks_uri", in: claims),
            userInfoEndpoint: try optional("userinfo_endpoint", in: claims),
            endSessionEndpoint: try optional("end_session_endpoint", in: claims),
            sendsIssuerInResponse: claims.bool("authorization_response_iss_parameter_supported") ?? false,
            signingAlgorithms: claims.strings("id_token_signing_alg_values_supported") ?? [],
            tokenEndpointAuthMethods: claims.strings("token_endpoint_auth_methods_supported"),
            codeChallengeMethods: claims.strings("code_challenge_methods_supported"),
            responseModes: claims.strings("response_modes_supported"),
            scopes: claims.strings("scopes_supported"),
            pushedAuthorizationRequestEndpoint: try optional("pushed_authorization_request_endpoint", in: claims),
            requiresPushedAuthorizationRequests: claims.bool("require_pushed_authorization_requests") ?? false,
            claims: claims)
    }

    /// Discovery 4.3: octet for octet the issuer that was configured, or another OP's document would lend its keys to
    /// this one.
    private static func requireIssuer(_ issuer: String, in claims: ClaimSet) throws(LoginError) {
        let said = claims.string("issuer")
        guard let said, said.hasSameBytes(as: issuer) else {
            throw LoginError(
                .issuerMismatch,
                detail: "OpenID Connect Discovery 4.3: the document's issuer is \(said.map(Wire.quoted) ?? "absent"), "
                    + "configured is \(Wire.quoted(issuer))")
        }
    }

    private static func required(_ name: String, in claims: ClaimSet) throws(LoginError) -> URL {
        guard let url = try optional(name, in: claims) else {
            throw LoginError(.upstreamInvalid, detail: "OpenID Connect Discovery 3: \(name) is absent")
        }
        return url
    }

    private static func optional(_ name: String, in claims: ClaimSet) throws(LoginError) -> URL? {
        guard claims.contains(name) else { return nil }
        guard let text = claims.string(name), let url = endpoint(text) else {
            throw LoginError(.upstreamInvalid, detail: "OpenID Connect Discovery 3: \(name) is not an https URL")
        }
        return url
    }

    /// Where an OP may say that it listens.
    package static func endpoint(_ text: String) -> URL? { EndpointURL.parse(text) }
}
