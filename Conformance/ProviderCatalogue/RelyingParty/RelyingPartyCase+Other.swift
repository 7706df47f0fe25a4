import Broker
import ConformanceKit

extension RelyingPartyCase {
    /// Further modules: signatures, audiences, refresh tokens.
    static let other: [RelyingPartyCase] = [
        .login(
            .other, "invalid-sig-hs256", "a MAC with the public key is refused", catches: .algorithm,
            .refused(.algorithmNotAllowed, .signatureInvalid), .signer(.publicKeyAsSecret)),
        .login(
            .other, "invalid-sig-es256", "an ES256 signature by another key is refused", catches: .signature,
            .refused(.signatureInvalid, .algorithmNotAllowed), .signer(.otherKey), shape: { $0.algorithm = "ES256" }),
        .login(
            .other, "missing-aud", "no audience is refused", catches: .absentAudience, .refused(.audienceMismatch),
            .claims { claims, _ in claims["aud"] = nil }),
        RelyingPartyCase(
            .other, "refresh-token", "a refresh token is redeemed and brings a new ID token",
            catches: .refreshIsNotTried
        ) { run in
            guard case .updated(let identity)? = try await refreshed(run) else { throw KitFailure("nothing new came") }
            try require(identity.subject.issuer == RelyingPartyRun.issuer, "another issuer")
        },
        RelyingPartyCase(
            .other, "refresh-token-invalid-issuer", "a refreshed token of another issuer is refused",
            catches: .refreshIssuer
        ) { run in
            try await requireRefusal {
                _ = try await refreshed(run, .claims { claims, _ in claims["iss"] = "https://other.example" })
            }
        },
        RelyingPartyCase(
            .other, "refresh-token-invalid-sub", "a refreshed token of another person is refused",
            catches: .refreshSubject
        ) { run in
            try await requireRefusal {
                _ = try await refreshed(
                    run, .claims { claims, _ in claims["sub"] = "somebody-else" },
                    .userInfo { $0["sub"] = "somebody-else" })
            }
        },
    ]

    private static func refreshed(
        _ run: RelyingPartyRun, _ changes: OpenIDChange...
    ) async throws -> RefreshOutcome? {
        let driver = try run.driver()
        let identity = try await driver.login().identity()
        try driver.op.setRefresh(.updated)
        try driver.op.change(changes)
        return try await driver.refresh(identity)
    }
}

extension RelyingPartyRun {
    /// Whether the client is the house's own.
    var isOwn: Bool { if case .own = client { true } else { false } }
}
