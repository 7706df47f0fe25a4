// SPDX-License-Identifier: Apache-2.0

import JOSE

/// Mistakes in what an ID token or UserInfo says.
struct FaultyClaims {
    let fault: OPFault
    /// Issuer of another tenant of this provider.
    let otherIssuer: String
    let clientID: String
    let now: Int64

    private static let hour: Int64 = 3600

    func spoil(idToken claims: inout JSONObject) {
        spoilIssuer(&claims)
        spoilAudience(&claims)
        spoilTimes(&claims)
        spoilBinding(&claims)
        spoilEmail(&claims)
    }

    func spoil(userInfo claims: inout JSONObject) {
        switch fault {
        case .userInfoSubMismatch: claims["sub"] = "somebody-else"
        case .userInfoSubMissing: claims["sub"] = nil
        default: spoilEmail(&claims)
        }
    }

    private func spoilIssuer(_ claims: inout JSONObject) {
        switch fault {
        case .issWrong: claims["iss"] = "https://op.invalid"
        case .issOtherTenant: claims["iss"] = .string(otherIssuer)
        case .issMissing: claims["iss"] = nil
        default: break
        }
    }

    private func spoilAudience(_ claims: inout JSONObject) {
        switch fault {
        case .audWrong: claims["aud"] = "another-client"
        case .audSubstring: claims["aud"] = .string(clientID + "-2")
        case .audMissing: claims["aud"] = nil
        case .audArrayWithoutAzp: claims["aud"] = [.string(clientID), "another-client"]
        case .azpWrong:
            claims["aud"] = [.string(clientID), "another-client"]
            claims["azp"] = "another-client"
        default: break
        }
    }

    private func spoilTimes(_ claims: inout JSONObject) {
        switch fault {
        case .expPast:
            claims["iat"] = .integer(now - 2 * Self.hour)
            claims["exp"] = .integer(now - Self.hour)
        case .expMissing: claims["exp"] = nil
        case .iatMissing: claims["iat"] = nil
        case .iatFuture:
            claims["iat"] = .integer(now + Self.hour)
            claims["exp"] = .integer(now + 2 * Self.hour)
        case .nbfFuture:
            claims["nbf"] = .integer(now + Self.hour)
            claims["exp"] = .integer(now + 2 * Self.hour)
        default: break
        }
    }

    private func spoilBinding(_ claims: inout JSONObject) {
        switch fault {
        case .nonceWrong: claims["nonce"] = "not-the-nonce-of-this-login"
        case .nonceMissing: claims["nonce"] = nil
        case .atHashWrong: claims["at_hash"] = .string(TokenHash.leftHalf(of: "another token", algorithm: .es256))
        case .subMissing: claims["sub"] = nil
        case .subEmpty: claims["sub"] = ""
        default: break
        }
    }

    private func spoilEmail(_ claims: inout JSONObject) {
        switch fault {
        case .emailUnverified: claims["email_verified"] = false
        case .emailVerifiedString: claims["email_verified"] = "false"
        case .emailVerifiedMissing: claims["email_verified"] = nil
        case .emailOtherDomain:
            claims["email"] = "ceo@other-domain.example"
            claims["email_verified"] = true
        case .emailMissing: claims["email"] = nil
        case .emailArray: claims["email"] = .array([claims["email"] ?? "", "second@other-domain.example"])
        default: break
        }
    }
}
