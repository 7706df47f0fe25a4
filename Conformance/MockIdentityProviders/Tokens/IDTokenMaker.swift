// SPDX-License-Identifier: Apache-2.0

import JOSE

/// Makes the ID token of a login: honest claims and header, spoilt where the login's fault says so, then signed.
struct IDTokenMaker {
    let tenant: OPTenant
    let issuer: String
    let otherIssuer: String
    let keys: TenantKeys
    let clientSecret: String
    let now: Int64

    func idToken(_ grant: Grant, accessToken: String, login: IssuedLogin? = nil) throws -> String {
        let key = grant.fault?.needsECDSA == true ? keys.ecdsa : keys.active
        var claims = claims(grant, accessToken: accessToken, login: login, algorithm: key.algorithm)
        var header: JSONObject = ["alg": .string(key.algorithm.rawValue), "kid": .string(key.kid)]
        for (name, value) in tenant.profile?.keyStyle.header ?? ["typ": "JWT"] { header[name] = value }
        grant.vendorFault?.spoil(&claims, clientID: grant.request.clientID)
        guard let fault = grant.fault else {
            return try JWSDraft(header: header, payload: claims.serialized()).signed(by: key)
        }
        FaultyClaims(fault: fault, otherIssuer: otherIssuer, clientID: grant.request.clientID, now: now)
            .spoil(idToken: &claims)
        try FaultyHeader(fault: fault, issuer: issuer).spoil(&header)
        return try FaultySignature(fault: fault, key: key, clientSecret: clientSecret)
            .token(JWSDraft(header: header, payload: claims.serialized()))
    }

    private func claims(
        _ grant: Grant, accessToken: String, login: IssuedLogin?, algorithm: JWAlgorithm
    ) -> JSONObject {
        if let profile = tenant.profile, let login { return profile.idToken(login) }
        return IDTokenClaims.idToken(
            grant, tenant: tenant, issuer: issuer, accessToken: accessToken, algorithm: algorithm, now: now)
    }
}
