// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import JOSE

/// UserInfo (OpenID Connect Core 5.3), for a bearer token in the header or, by POST, in the form.
struct UserInfoRoute {
    let visit: OPVisit

    func respond() -> Response {
        visit.tenant.count("userinfo")
        guard let grant = accessToken.flatMap({ visit.tenant.grant(accessToken: $0) }) else {
            if let profile = visit.profile { return profile.errors.userInfo().response }
            var answer = Answer.failure("invalid_token", .unauthorized)
            answer.headers[.wwwAuthenticate] = "Bearer error=\"invalid_token\""
            return answer
        }
        var claims = claims(grant)
        if let fault = grant.fault {
            FaultyClaims(
                fault: fault, otherIssuer: visit.otherIssuer, clientID: grant.request.clientID, now: visit.now
            ).spoil(userInfo: &claims)
        }
        return Answer.json(claims)
    }

    private func claims(_ grant: Grant) -> JSONObject {
        guard let userInfo = visit.profile?.userInfo else { return IDTokenClaims.userInfo(grant) }
        return userInfo(IssuedLogin(grant, user: grant.session.user, now: visit.now, jti: "", nonce: nil))
    }

    private var accessToken: String? {
        if let header = visit.headers[.authorization] {
            return header.hasPrefix("Bearer ") ? String(header.dropFirst(7)) : nil
        }
        return visit.method == .post ? visit.form["access_token"] : nil
    }
}
