// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import JOSE

/// What a vendor's token endpoint gives for a login or a refresh.
struct VendorTokens {
    let visit: OPVisit
    let profile: OPProfile
    let client: OPClient

    /// The tokens of a login whose code was redeemed.
    func redeemed(_ grant: Grant) async throws -> Response {
        var answer = try issue(grant, user: grant.session.user, nonce: grant.request.nonce)
        if profile.refresh.gives(for: grant.request) { answer["refresh_token"] = .string(refreshToken(for: grant)) }
        guard let fault = grant.fault else { return visit.tokenAnswer(APIAnswer(200, answer)) }
        return await FaultyTokenResponse(
            fault: fault, issuer: visit.issuer, slowness: visit.host.configuration.slowness
        ).answer(answer)
    }

    /// New tokens for a refresh token (RFC 6749 6): refused for whoever may no longer sign in.
    func refreshed() throws -> Response {
        guard let token = visit.form["refresh_token"], var grant = visit.tenant.refreshGrant(token),
            grant.request.clientID == client.clientID, let user = visit.tenant.user(grant.session.user.userName)
        else { return visit.tokenAnswer(profile.errors.token("invalid_grant")) }
        grant.vendorFault = visit.tenant.takeVendorFault(user: user, chosen: nil)
        var answer = try issue(grant, user: user, nonce: nil)
        if profile.refresh.replaces {
            visit.tenant.forgetRefreshToken(token)
            answer["refresh_token"] = .string(refreshToken(for: grant))
        }
        return visit.tokenAnswer(APIAnswer(200, answer))
    }

    private func refreshToken(for grant: Grant) -> String {
        let token = visit.host.secret(.refreshToken)
        visit.tenant.keep(grant, refreshToken: token)
        return token
    }

    private func issue(_ grant: Grant, user: OPUser, nonce: String?) throws -> JSONObject {
        var login = IssuedLogin(
            grant, user: user, now: visit.now, jti: Digests.hex(visit.host.configuration.random(16)), nonce: nonce)
        login.accessToken = try accessToken(login)
        visit.host.secrets.record(.accessToken, login.accessToken)
        visit.tenant.keep(grant, accessToken: login.accessToken)
        var answer: JSONObject = [
            "access_token": .string(login.accessToken), "token_type": "Bearer", "expires_in": 3600,
        ]
        if profile.isOpenID { answer["id_token"] = .string(try idToken(grant, login)) }
        profile.tokenAnswer(&answer, login)
        return answer
    }

    private func accessToken(_ login: IssuedLogin) throws -> String {
        guard let claims = profile.accessToken?(login) else {
            return Base64URL.encode(visit.host.configuration.random(32))
        }
        let key = try visit.tenant.keys().accessTokenKey
        var header: JSONObject = ["alg": .string(key.algorithm.rawValue), "kid": .string(key.kid)]
        for (name, value) in profile.keyStyle.header { header[name] = value }
        return try key.issue(header: header, payload: claims.serialized())
    }

    private func idToken(_ grant: Grant, _ login: IssuedLogin) throws -> String {
        guard grant.vendorFault != .accessTokenAsIDToken || profile.accessToken == nil else { return login.accessToken }
        let maker = IDTokenMaker(
            tenant: visit.tenant.definition, issuer: visit.issuer, otherIssuer: visit.otherIssuer,
            keys: try visit.tenant.keys(), clientSecret: client.clientSecret ?? "", now: visit.now)
        let token = try maker.idToken(grant, accessToken: login.accessToken, login: login)
        visit.host.secrets.record(.idToken, token)
        return token
    }
}

extension OPVisit {
    /// The token endpoint's answer, as this vendor writes it.
    func tokenAnswer(_ answer: APIAnswer) -> Response {
        guard profile?.answersInForms == true, headers[.accept]?.contains("json") != true,
            let members = answer.body.object
        else { return answer.response }
        var form = answer
        form.contentType = "application/x-www-form-urlencoded; charset=utf-8"
        form.text = members.map { Parameter($0.key, $0.value.string ?? $0.value.text).encoded }.joined(separator: "&")
        return form.response
    }
}

/// Tokens for accounts of ours that no person signs in with.
struct AccountTokens {
    let visit: OPVisit
    let profile: OPProfile

    /// The client's own account (RFC 6749 4.4).
    func clientCredentials() -> Response {
        answer(APIGrant(scopes: Set(visit.form.words("scope")), subject: nil, realm: visit.realm))
    }

    /// A service account that acts for a person (RFC 7523 2.1), as Google has it.
    func jwtBearer() -> Response {
        guard let style = profile.serviceAccount, let assertion = visit.form["assertion"],
            let key = visit.tenant.serviceAccountKey,
            let verified = try? JWSVerifier(keys: [key.publicKey], algorithms: [.rs256]).verify(assertion),
            let claims = try? JSONObject.parse(verified.payload)
        else { return refused("invalid_grant", "Invalid JWT Signature.") }
        guard claims.string("iss") == style.email, claims.string("aud") == style.audience,
            let end = claims.int64("exp"), let start = claims.int64("iat"), end > visit.now, end - start <= 3600
        else { return refused("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes)") }
        let scopes = Set((claims.string("scope") ?? "").split(separator: " ").map(String.init))
        guard scopes.isSubset(of: style.scopes), claims.string("sub") == style.administrator else {
            return refused(
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any "
                    + "of the scopes requested.")
        }
        return answer(APIGrant(scopes: scopes, subject: claims.string("sub"), realm: visit.realm))
    }

    private func answer(_ grant: APIGrant) -> Response {
        let token = visit.host.secret(.accessToken)
        visit.tenant.keep(grant, apiToken: token)
        return APIAnswer(200, ["access_token": .string(token), "expires_in": 3599, "token_type": "Bearer"]).response
    }

    private func refused(_ code: String, _ text: String) -> Response {
        APIAnswer(code == "invalid_grant" ? 400 : 401, ["error": .string(code), "error_description": .string(text)])
            .response
    }
}
