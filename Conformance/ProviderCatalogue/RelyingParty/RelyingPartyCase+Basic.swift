import Broker
import ConformanceKit
import Foundation
import HTTPTypes

extension RelyingPartyCase {
    /// `oidcc-client-basic-certification-test-plan`.
    static let basic: [RelyingPartyCase] = [
        .login(.basic, "client-test", "a login ends with an identity", catches: .wrongRedirectURI, .accepted),
        .login(
            .basic, "invalid-iss", "another issuer is refused", catches: .issuer, .refused(.issuerMismatch),
            .claims { claims, _ in claims["iss"] = "https://other.example" }),
        .login(
            .basic, "missing-sub", "no subject is refused", catches: .subject, .refused(.subjectInvalid),
            .claims { claims, _ in claims["sub"] = nil }),
        .login(
            .basic, "invalid-aud", "another client's token is refused", catches: .audience, .refused(.audienceMismatch),
            .claims { claims, _ in claims["aud"] = "other-client" }),
        .login(
            .basic, "missing-iat", "no time of issue is refused", catches: .issuedAt, .refused(.timeInvalid),
            .claims { claims, _ in claims["iat"] = nil }),
        .login(
            .basic, "kid-absent-single-jwks", "a token without kid is taken where there is one key",
            catches: .needsKeyID, .accepted, .header { $0["kid"] = nil }),
        .login(
            .basic, "kid-absent-multiple-jwks", "a token without kid is refused where there are two keys",
            catches: .ambiguousKey, .refused(.signatureInvalid), .header { $0["kid"] = nil },
            .keys { $0 = Self.twoKeys }),
        .login(
            .basic, "idtoken-sig-rs256", "a token under RS256 is taken", catches: .onlyES256, .accepted),
        .login(
            .basic, "idtoken-sig-none", "an unsigned token is refused", catches: .algorithm,
            .refused(.signatureInvalid, .algorithmNotAllowed), .signer(.nobody)),
        .login(
            .basic, "invalid-sig-rs256", "a signature by another key is refused", catches: .signature,
            .refused(.signatureInvalid), .signer(.otherKey)),
        RelyingPartyCase(
            .basic, "userinfo-bearer-header", "the access token is in the header and in no URL", catches: .tokenInQuery
        ) { run in
            let request = try await userInfoRequest(run)
            try require(request.headerFields[.authorization]?.hasPrefix("Bearer ") == true, "no Bearer header")
            try require(request.url.query() == nil, "the URL has a query")
        },
        RelyingPartyCase(
            .basic, "userinfo-bearer-body",
            "the access token is in the header and in no body (RFC 6750 2.2 advises against it)",
            catches: .tokenInBody
        ) { run in
            let request = try await userInfoRequest(run)
            try require(request.method == .get && request.body == nil, "the token is in the body")
        },
        .login(
            .basic, "userinfo-invalid-sub", "UserInfo of another person is refused", catches: .userInfoSubject,
            .refused(.subjectInvalid), .userInfo { $0["sub"] = "somebody-else" }),
        .login(
            .basic, "nonce-invalid", "another login's nonce is refused", catches: .nonce, .refused(.nonceMismatch),
            .claims { claims, _ in claims["nonce"] = "of another login" }),
        .login(
            .basic, "scope-userinfo-claims", "what the scopes ask for is read from UserInfo", catches: .ignoresUserInfo,
            .identity(ExpectedIdentity(email: "alice@acme.example", evidence: .idpVerified, name: "Alice"))),
        RelyingPartyCase(
            .basic, "client-secret-basic", "the client's secret is in the header and not in the form",
            catches: .secretInForm
        ) { run in
            let driver = try run.driver()
            _ = try await driver.login()
            let request = try unwrap(
                driver.bench.transport.requests(to: RelyingPartyRun.issuer + "/protocol/token").last, "no token request"
            )
            try require(request.headerFields[.authorization]?.hasPrefix("Basic ") == true, "no Basic header")
            let form = String(decoding: request.body ?? Data(), as: UTF8.self)
            try require(!form.contains("client_secret"), "the secret is in the form")
        },
    ]

    /// The OP's key and another, neither of which a token without `kid` names.
    static var twoKeys: Claims {
        let keys = ["op", "second"].compactMap { name in
            try? KitKey(name, algorithm: "RS256", kid: name == "op" ? "k1" : "k2")
        }
        return keySet(keys)
    }

    private static func userInfoRequest(_ run: RelyingPartyRun) async throws -> OutboundRequest {
        let driver = try run.driver()
        _ = try await driver.login()
        let place = RelyingPartyRun.issuer + "/protocol/userinfo"
        return try unwrap(driver.bench.transport.requests(to: place).last, "UserInfo was not asked")
    }
}
