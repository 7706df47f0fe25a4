package import Broker
import Foundation
package import JOSE

/// A token whose signature held and whose claims are still to be checked.
package struct SignedToken: Sendable {
    /// `typ` of the header.
    package let typ: String?
    /// The algorithm that verified.
    package let algorithm: JWAlgorithm
    /// The claims.
    package let claims: ClaimSet

    /// Verifies the signature with configured keys and algorithms; every `typ` passes, because `TypeCheck` looks at it.
    package static func verify(
        _ token: String, keys: JWKSet, algorithms: Set<JWAlgorithm>
    ) throws(LoginError) -> SignedToken {
        do throws(JOSEError) {
            let jwt = try JWT.verify(token, with: JWSVerifier(keys: keys, algorithms: algorithms), types: .any)
            return SignedToken(typ: jwt.header.typ, algorithm: jwt.header.algorithm, claims: ClaimSet(jwt.claims))
        } catch {
            throw LoginError(loginCode(error.code), detail: "RFC 7515 5.2: \(error.code.rawValue)", underlying: error)
        }
    }

    private static func loginCode(_ code: JOSEError.Code) -> LoginError.Code {
        switch code {
        case .unknownKey: .unknownKey
        case .signatureInvalid, .signatureEmpty, .keyAmbiguous: .signatureInvalid
        case .algMissing, .algUnsupported, .algNotAllowed, .keyNotForAlgorithm: .algorithmNotAllowed
        default: .upstreamInvalid
        }
    }
}

/// What a token is held against.
///
/// All of it is ours; nothing comes from the token or the browser.
package struct TokenExpectations: Sendable {
    /// The configured issuer.
    package var issuer: String
    /// Our id at the OP.
    package var clientID: String
    /// The nonce that was sent; nil for a refreshed token, for which none was.
    package var nonce: String?
    /// The present moment.
    package var now: Timestamp
    /// How far the OP's clock may be from ours, both ways.
    package var skew: Duration
    /// The access token that came along.
    package var accessToken: Secret<String>?
    /// The code that was redeemed.
    package var code: Secret<String>?
    /// The longest time since the person signed in.
    package var maximumAge: Duration?
    /// The earliest moment at which the person may have signed in.
    package var authenticatedSince: Timestamp?
    /// Accepted authentication context classes; empty accepts any.
    package var acrValues: [String]
    /// The tenants among which `issuer` is a template; a verifier puts the token's own tenant in before any check.
    package var tenantIssuers: TenantIssuers?

    /// What a token is held against.
    package init(
        issuer: String, clientID: String, nonce: String? = nil, now: Timestamp, skew: Duration = .seconds(60),
        accessToken: Secret<String>? = nil, code: Secret<String>? = nil, maximumAge: Duration? = nil,
        authenticatedSince: Timestamp? = nil, acrValues: [String] = []
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.nonce = nonce
        self.now = now
        self.skew = skew
        self.accessToken = accessToken
        self.code = code
        self.maximumAge = maximumAge
        self.authenticatedSince = authenticatedSince
        self.acrValues = acrValues
    }
}

/// One check of one rule, as a value, so that a run can drop one and see a test fail.
package struct TokenCheck: Sendable {
    /// Why a token is refused.
    package struct Refusal: Sendable, Hashable {
        let code: LoginError.Code
        let reason: String

        init(_ code: LoginError.Code, _ reason: String) {
            self.code = code
            self.reason = reason
        }
    }

    /// The check's name.
    package let name: String
    /// The clause that it enforces.
    package let clause: String
    /// The id of the rule in the threat model.
    package let rule: String
    private let refusal: @Sendable (SignedToken, TokenExpectations) -> Refusal?

    init(
        _ name: String, clause: String, rule: String,
        refusal: @escaping @Sendable (_ token: SignedToken, _ expected: TokenExpectations) -> Refusal?
    ) {
        self.name = name
        self.clause = clause
        self.rule = rule
        self.refusal = refusal
    }

    /// Refuses, or lets pass.
    package func run(_ token: SignedToken, expecting expected: TokenExpectations) throws(LoginError) {
        guard let refusal = refusal(token, expected) else { return }
        throw LoginError(refusal.code, detail: "\(name) (\(clause)): \(refusal.reason)")
    }
}
