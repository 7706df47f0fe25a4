import Broker
import Foundation
import HTTPTypes

extension OpenIDFault {
    private static let answerFix = "check status, media type and JSON before any member is read"

    /// What the token endpoint and UserInfo answer.
    static let answers: [OpenIDFault] = [
        OpenIDFault(
            "id-token-absent", "an answer without an ID token is no login", clause: "OpenID Connect Core 3.1.3.3",
            fix: "never go on with the access token alone", verdict: .refused(.upstreamInvalid),
            .tokens { $0["id_token"] = nil }),
        OpenIDFault(
            "id-token-garbage", "an ID token that is none is refused", clause: "RFC 7515 7.1", fix: answerFix,
            verdict: .refusedAnyhow, isWorthLookingForLeaks: true, .tokens { $0["id_token"] = "S3CR3T-not-a-token" }),
        OpenIDFault(
            "token-type", "a token type other than Bearer is refused", clause: "OpenID Connect Core 3.1.3.3",
            fix: "compare token_type without case", verdict: .refused(.upstreamInvalid),
            .tokens { $0["token_type"] = "mac" }),
        OpenIDFault(
            "token-500", "a token endpoint that fails is an IdP that is down", clause: "RFC 6749 5.2", fix: answerFix,
            verdict: .refused(.upstreamUnavailable, .upstreamInvalid), isWorthLookingForLeaks: true,
            .answer(.token) { request throws(TransportError) in
                // A gateway that shows the request in its error page.
                .html(String(decoding: request.body ?? Data(), as: UTF8.self), status: .internalServerError)
            }),
        OpenIDFault(
            "token-slow", "a token endpoint that does not answer is an IdP that is down", clause: "SPI, TransportError",
            fix: "map every TransportError to upstreamUnavailable", verdict: .refused(.upstreamUnavailable),
            .answer(.token) { _ throws(TransportError) in throw TransportError(.timedOut, detail: "op") }),
        OpenIDFault(
            "token-html", "a page in the place of tokens is refused", clause: "RFC 6749 5.1", fix: answerFix,
            verdict: .refused(.upstreamInvalid),
            .answer(.token) { _ throws(TransportError) in .html("<h1>Sign in</h1>") }
        ),
        OpenIDFault(
            "token-refused", "a token endpoint that refuses the code ends the login", clause: "RFC 6749 5.2",
            fix: answerFix, verdict: .refused(.upstreamError), isWorthLookingForLeaks: true,
            .answer(.token) { request throws(TransportError) in
                let echo = String(decoding: request.body ?? Data(), as: UTF8.self)
                return .json(["error": "invalid_grant", "error_description": .string(echo)], status: .badRequest)
            }),
        OpenIDFault(
            "token-redirect", "a redirect of the token endpoint is not followed", clause: "RFC 9700 4.12",
            fix: answerFix,
            verdict: .refusedAnyhow, .answer(.token) { _ throws(TransportError) in .redirect }),
        OpenIDFault(
            "userinfo-html", "a page in the place of UserInfo is refused", clause: "OpenID Connect Core 5.3.2",
            fix: answerFix, verdict: .refused(.upstreamInvalid), .claims { claims, _ in claims.removeProfile() },
            .answer(.userInfo) { _ throws(TransportError) in .html("<h1>Sign in</h1>") }),
    ]

    private static let discoveryFix = "compare issuer of the document with the configured one"
    private static let keysFix = "keep the last good keys; take none from a set that has none"

    /// What the OP says about itself.
    static let documents: [OpenIDFault] = [
        OpenIDFault(
            "discovery-issuer", "a discovery document of another issuer is refused",
            clause: "OpenID Connect Discovery 4.3", fix: discoveryFix,
            verdict: .refused(.issuerMismatch), .document { $0["issuer"] = "https://other.example" }),
        OpenIDFault(
            "discovery-redirect", "a redirect of the discovery document is not followed",
            clause: "OpenID Connect Discovery 4", fix: answerFix,
            verdict: .refused(.upstreamInvalid, .upstreamUnavailable),
            .answer(.discovery) { _ throws(TransportError) in .redirect }),
        OpenIDFault(
            "discovery-plain-http", "an endpoint without TLS is refused", clause: "OpenID Connect Discovery 3",
            fix: "read endpoints as https addresses", verdict: .refusedAnyhow,
            .document { $0["token_endpoint"] = "http://op.example/token" }),
        OpenIDFault(
            "jwks-empty", "a set of no keys verifies nothing", clause: "RFC 7517 5", fix: keysFix,
            verdict: .refused(.upstreamInvalid, .unknownKey), .keys { $0["keys"] = [] }),
        OpenIDFault(
            "jwks-large", "a set of ten megabytes is refused", clause: "SPI, HTTPTransport", fix: keysFix,
            verdict: .refused(.upstreamUnavailable, .upstreamInvalid),
            .answer(.keys) { _ throws(TransportError) in
                .json(#"{"keys":["# + String(repeating: " ", count: 10 << 20) + "]}")
            }
        ),
        OpenIDFault(
            "jwks-other-kty", "keys of kinds that we do not know stand beside ours", clause: "RFC 7517 5",
            fix: "leave out keys that cannot be read", verdict: .accepted,
            .keys { set in
                guard case .array(let keys)? = set["keys"] else { return }
                set["keys"] = .array(
                    [["kty": "AKP", "alg": "ML-DSA-65", "pub": "AAAA", "kid": "pq"], ["kty": "oct"]] + keys)
            }),
        OpenIDFault(
            "jwks-down", "keys that cannot be fetched end no login", clause: "OpenID Connect Core 10.1.1",
            fix: "map every TransportError to upstreamUnavailable", verdict: .refused(.upstreamUnavailable),
            .answer(.keys) { _ throws(TransportError) in throw TransportError(.unreachable, detail: "op") }),
        OpenIDFault(
            "jwks-down-later", "keys that are known go on to be used while the OP's are down",
            clause: "OpenID Connect Core 10.1.1", fix: "keep the last good keys", verdict: .accepted, isWarm: true,
            .answer(.keys) { _ throws(TransportError) in throw TransportError(.unreachable, detail: "op") },
            .answer(.discovery) { _ throws(TransportError) in throw TransportError(.unreachable, detail: "op") }),
    ]
}

extension OutboundResponse {
    fileprivate static var redirect: OutboundResponse {
        OutboundResponse(status: .found, headerFields: [.location: "https://\(OpenIDFault.redirectHost)/latest"])
    }
}
