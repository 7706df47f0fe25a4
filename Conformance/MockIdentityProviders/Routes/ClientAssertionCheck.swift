// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import JOSE

/// A client's own JWT (RFC 7523 3, OpenID Connect Core 9): whose it is, for whom, until when, and never twice.
struct ClientAssertionCheck {
    private static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    private static let algorithms: Set<JWAlgorithm> = [.es256, .rs256, .ps256]

    let visit: OPVisit
    let client: OPClient
    /// `token` or `par`.
    let endpoint: String

    /// Whether the form's assertion is the client's.
    func holds() async -> Bool {
        guard visit.form["client_assertion_type"] == Self.type, let assertion = visit.form["client_assertion"],
            visit.form["client_secret"] == nil
        else { return false }
        visit.host.secrets.record(.clientAssertion, assertion)
        // HMAC too, which the house's own parser does not know; keys are held against it below.
        let parts = assertion.split(separator: ".", omittingEmptySubsequences: false).map { Self.object($0) }
        guard parts.count == 3, let header = parts[0], let claims = parts[1], isMeant(claims),
            let jti = claims.string("jti"), !jti.isEmpty, await isSigned(assertion, header)
        else { return false }
        return visit.tenant.accept(
            AcceptedAssertion(
                endpoint: endpoint, jti: jti, audience: claims.string("aud") ?? "",
                algorithm: header.string("alg") ?? "", kid: header.string("kid")))
    }

    private static func object(_ part: Substring) -> JSONObject? {
        (try? Base64URL.decode(String(part))).flatMap { try? JSONObject.parse($0) }
    }

    /// RFC 7523 3 items 1 to 4; RFC 9126 2 lets either address be the audience of a push.
    private func isMeant(_ claims: JSONObject) -> Bool {
        let names = [visit.issuer, visit.issuer + "/token"] + (endpoint == "par" ? [visit.issuer + "/par"] : [])
        guard claims.string("iss") == client.clientID, claims.string("sub") == client.clientID,
            let audience = claims.string("aud"), names.contains(audience), let end = claims.int64("exp")
        else { return false }
        return end > visit.now && end <= visit.now + 600
    }

    // MARK: Signatures

    private func isSigned(_ assertion: String, _ header: JSONObject) async -> Bool {
        switch client.method {
        case .secret: false
        case .secretJWT: header.string("alg") == "HS256" && isSignedBySecret(assertion)
        case .registeredKeys(let keys): Self.isSigned(assertion, keys)
        case .privateKeyJWT(let jwksURI): await isSignedByKey(assertion, header.string("kid"), at: jwksURI)
        }
    }

    /// HS256 and no other (RFC 7518 3.2).
    private func isSignedBySecret(_ assertion: String) -> Bool {
        guard let secret = client.clientSecret, let dot = assertion.lastIndex(of: "."),
            let given = try? Base64URL.decode(String(assertion[assertion.index(after: dot)...]))
        else { return false }
        let code = Digests.hmacSHA256(key: Array(secret.utf8), message: Array(assertion[..<dot].utf8))
        return Digests.constantTimeEquals(code, given)
    }

    /// By a published key that the assertion names.
    ///
    /// The set is read once and kept; an unknown name is one more reading's worth.
    private func isSignedByKey(_ assertion: String, _ kid: String?, at address: String) async -> Bool {
        guard let kid else { return false }
        let kept = visit.tenant.clientKeys(at: address)
        if let kept, kept.keys.contains(where: { $0.kid == kid }) { return Self.isSigned(assertion, kept) }
        guard let read = await read(address) else { return false }
        return Self.isSigned(assertion, read)
    }

    private static func isSigned(_ assertion: String, _ keys: JWKSet) -> Bool {
        (try? JWSVerifier(keys: keys, algorithms: algorithms, kidPolicy: .required).verify(assertion)) != nil
    }

    private func read(_ address: String) async -> JWKSet? {
        visit.tenant.count("client-jwks")
        guard let url = URL(string: address), let port = url.port else { return nil }
        let transport = ReroutingTransport { _ in port }
        guard let answer = try? await transport.send(OutboundRequest(url: url)), answer.status == .ok,
            let keys = try? JWKSet.parse(answer.body)
        else { return nil }
        visit.tenant.keep(keys, ofClientsAt: address)
        return keys
    }
}
