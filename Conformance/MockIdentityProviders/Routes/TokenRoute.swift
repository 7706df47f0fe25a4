// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import JOSE

/// The token endpoint: a code becomes an access token and an ID token, once.
struct TokenRoute {
    /// A code lives a minute.
    private static let codeLifetime: Int64 = 60

    let visit: OPVisit

    func respond() async throws -> Response {
        visit.tenant.count("token")
        guard let client = await ClientAuthentication(visit: visit).client() else {
            if let profile = visit.profile { return withoutClient(profile) }
            return Answer.failure("invalid_client", .unauthorized)
        }
        guard !visit.form.hasDuplicates else { return refusal("invalid_request") }
        if let profile = visit.profile, let answer = try further(profile, client) { return answer }
        guard visit.form["grant_type"] ?? implied == "authorization_code" else {
            return refusal("unsupported_grant_type")
        }
        let accessToken = visit.host.secret(.accessToken)
        guard let code = visit.form["code"], let grant = visit.tenant.redeem(code, accessToken: accessToken),
            isFresh(grant), isIssued(grant, to: client), hasSameRedirectURI(grant), provesPossession(grant),
            !visit.tenant.isDisabled(grant.session.user.userName)
        else { return refusal("invalid_grant") }
        if let profile = visit.profile {
            return try await VendorTokens(visit: visit, profile: profile, client: client).redeemed(grant)
        }
        return try await answer(grant, client, accessToken)
    }

    /// OAuth alone may leave the grant type out, as GitHub's documentation does.
    private var implied: String? { visit.profile?.isOpenID == false ? "authorization_code" : nil }

    private func refusal(_ code: String) -> Response {
        visit.profile.map { visit.tokenAnswer($0.errors.token(code)) } ?? Answer.failure(code)
    }

    /// A JWT-bearer grant names its account itself.
    private func withoutClient(_ profile: OPProfile) -> Response {
        guard visit.form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer", profile.serviceAccount != nil
        else { return visit.tokenAnswer(profile.errors.token("invalid_client")) }
        return AccountTokens(visit: visit, profile: profile).jwtBearer()
    }

    /// The grants that vendors have beside the code.
    private func further(_ profile: OPProfile, _ client: OPClient) throws -> Response? {
        switch visit.form["grant_type"] {
        case "refresh_token" where profile.refresh.when != .never:
            try VendorTokens(visit: visit, profile: profile, client: client).refreshed()
        case "client_credentials" where client.clientSecret != nil && profile.api != nil:
            AccountTokens(visit: visit, profile: profile).clientCredentials()
        default: nil
        }
    }

    private func answer(_ grant: Grant, _ client: OPClient, _ accessToken: String) async throws -> Response {
        let maker = IDTokenMaker(
            tenant: visit.tenant.definition, issuer: visit.issuer, otherIssuer: visit.otherIssuer,
            keys: try visit.tenant.keys(), clientSecret: client.clientSecret ?? "", now: visit.now)
        let idToken = try maker.idToken(grant, accessToken: accessToken)
        visit.host.secrets.record(.idToken, idToken)
        let honest: JSONObject = [
            "access_token": .string(accessToken), "token_type": "Bearer", "expires_in": 300,
            "scope": .string(grant.request.scopes.sorted().joined(separator: " ")), "id_token": .string(idToken),
        ]
        guard let fault = grant.fault else { return Answer.json(honest) }
        return await FaultyTokenResponse(
            fault: fault, issuer: visit.issuer, slowness: visit.host.configuration.slowness
        ).answer(honest)
    }

    /// RFC 6749 4.1.2: codes expire shortly after they are issued.
    private func isFresh(_ grant: Grant) -> Bool { visit.now - grant.issuedAt <= Self.codeLifetime }

    /// RFC 6749 4.1.3: the code was issued to this client.
    private func isIssued(_ grant: Grant, to client: OPClient) -> Bool { grant.request.clientID == client.clientID }

    /// RFC 6749 4.1.3: the same redirect URI as in the authorization request.
    private func hasSameRedirectURI(_ grant: Grant) -> Bool {
        visit.form["redirect_uri"]?.hasSameBytes(as: grant.request.redirectURI) == true
    }

    /// The verifier belongs to the challenge (RFC 7636 4.6).
    ///
    /// A verifier where no challenge was sent is a downgrade and refused too.
    private func provesPossession(_ grant: Grant) -> Bool {
        switch (grant.request.codeChallenge, visit.form["code_verifier"]) {
        case (nil, nil): true
        case (let challenge?, let verifier?):
            (43...128).contains(verifier.utf8.count) && Base64URL.encode(Digests.sha256(verifier)) == challenge
        default: false
        }
    }
}
