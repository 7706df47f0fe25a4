// SPDX-License-Identifier: Apache-2.0

import JOSE

/// What a vendor's own attacks and oddities are, one in one login.
///
/// The mistakes of the protocol are `OPFault`'s; these are what modules for vendors have to know.
package enum VendorFault: String, CaseIterable, Sendable {
    /// Google: `hd` is another organization's.
    case hdForeign = "hd-foreign"
    /// Google: no `hd`; the account is of no Workspace.
    case hdAbsent = "hd-absent"
    /// Entra ID: `tid` and `iss` of a tenant that the connection does not list.
    case tidNotListed = "tid-not-listed"
    /// Azure AD B2C: `tfp` and `acr` of another policy of the same tenant.
    case otherPolicy = "other-policy"
    /// `aud` is another client's: at JumpCloud, another customer's.
    case audOther = "vendor-aud-other"
    /// `aud` is a list of ours and another, with `azp` ours. The protocol permits it.
    case audList = "aud-list"
    /// The same without `azp`.
    case audListWithoutAzp = "aud-list-without-azp"
    /// No `aud`.
    case audAbsent = "aud-absent"
    /// `email_verified` is the text `true`.
    case emailVerifiedTrueText = "email-verified-true-text"
    /// `email_verified` is the text `false`.
    case emailVerifiedFalseText = "email-verified-false-text"
    /// Entra ID: the groups are left out, and a claim says where they are.
    case overage = "overage"
    /// The access token stands where the ID token should.
    case accessTokenAsIDToken = "access-token-as-id-token"
    /// Signed by a new, published key whose id has `+`, `/` and `=`. The protocol permits it.
    case kidOddOctets = "kid-odd-octets"
    /// Signed by a key that was published after the login began. The protocol permits it.
    case keyRolled = "key-rolled"
    /// `auth_time` is a number with a fraction. RFC 7519 permits it.
    case authTimeFloat = "auth-time-float"
    /// The address is in UserInfo alone. The protocol permits it.
    case emailOnlyInUserInfo = "email-only-in-userinfo"
    /// Entra ID: no `xms_edov`, so that nothing speaks for the address.
    case domainOwnerUnverified = "domain-owner-unverified"

    /// Whether the ID token is signed with a key made for this login.
    var needsNewKey: Bool { self == .kidOddOctets || self == .keyRolled }

    func spoil(_ claims: inout JSONObject, clientID: String) {
        switch self {
        case .hdForeign: claims["hd"] = "evil.example"
        case .hdAbsent: claims["hd"] = nil
        case .tidNotListed: changeTenant(&claims)
        case .otherPolicy:
            for name in ["tfp", "acr"] where claims.contains(name) { claims[name] = "B2C_1_password_reset" }
        case .audOther, .audList, .audListWithoutAzp, .audAbsent: spoilAudience(&claims, clientID)
        case .emailVerifiedTrueText: claims["email_verified"] = "true"
        case .emailVerifiedFalseText: claims["email_verified"] = "false"
        case .overage: leaveGroupsOut(&claims)
        case .authTimeFloat:
            claims["auth_time"] = .double(Double(claims.int64("auth_time") ?? claims.int64("iat") ?? 0) + 0.5)
        case .emailOnlyInUserInfo:
            for name in ["email", "email_verified", "emails"] { claims[name] = nil }
        case .domainOwnerUnverified: claims["xms_edov"] = nil
        case .accessTokenAsIDToken, .kidOddOctets, .keyRolled: break
        }
    }

    private func spoilAudience(_ claims: inout JSONObject, _ clientID: String) {
        switch self {
        case .audOther: claims["aud"] = "another-client"
        case .audList, .audListWithoutAzp:
            claims["aud"] = .array([.string(clientID), "another-client"])
            claims["azp"] = self == .audList ? .string(clientID) : nil
        default: claims["aud"] = nil
        }
    }

    private func changeTenant(_ claims: inout JSONObject) {
        let stranger = VendorID.guid("a tenant that nobody lists")
        if let tenant = claims.string("tid"), let issuer = claims.string("iss") {
            claims["iss"] = .string(issuer.replacing(tenant, with: stranger))
        }
        claims["tid"] = .string(stranger)
    }

    private func leaveGroupsOut(_ claims: inout JSONObject) {
        let person = claims.string("oid") ?? claims.string("sub") ?? ""
        claims["groups"] = nil
        claims["_claim_names"] = ["groups": "src1"]
        claims["_claim_sources"] = [
            "src1": ["endpoint": .string("https://graph.microsoft.com/v1.0/users/\(person)/getMemberObjects")]
        ]
    }
}

/// What a vendor's APIs do until it is taken back.
package enum APIFault: String, CaseIterable, Sendable {
    /// Every token is refused.
    case unauthorized = "api-401"
    /// Every token lacks a permission.
    case forbidden = "api-403"
    /// Too many requests, with `Retry-After`.
    case throttled = "api-429"
    /// It fails.
    case failing = "api-500"
    /// Every list comes in three pages, or as many as it has elements.
    case threePages = "api-three-pages"
    /// The second page fails.
    case secondPageFails = "api-second-page-500"

    var status: Int? {
        switch self {
        case .unauthorized: 401
        case .forbidden: 403
        case .throttled: 429
        case .failing: 500
        case .threePages, .secondPageFails: nil
        }
    }

    /// Lists come in small pages.
    var isPaging: Bool { self == .threePages || self == .secondPageFails }
}
