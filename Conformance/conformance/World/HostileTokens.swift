// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE

/// Session tokens as an attacker has them, all made from one that was good.
struct HostileTokens: Sendable {
    private let token: String

    init(_ token: String) { self.token = token }

    /// Fills the placeholders of a vector file, such as `<token signed by other key>`.
    ///
    /// An expired token is a good one: whoever asks for it also puts the clock forward.
    func filled(_ text: String) throws -> String {
        var filled = text
        while let match = filled.firstMatch(of: /<([^<>]+)>/) {
            filled.replaceSubrange(match.range, with: try token(named: String(match.1)))
        }
        return filled
    }

    private func token(named name: String) throws -> String {
        if name.contains("other key") { return try signedByStranger() }
        if name.contains("expired") { return token }
        if name.contains("alg") && name.contains("none") { return try unsigned("none") }
        if name.contains("tampered") { return try tampered() }
        throw Unmet("unknown placeholder <\(name)>")
    }

    /// The same claims and `kid`, signed by a key that nobody published.
    func signedByStranger(
        _ change: (inout JSONObject, VerificationKey) -> Void = { _, _ in }
    ) throws -> String {
        let parsed = try CompactJWS.parse(token)
        let key = try SigningKey.generate(parsed.header.algorithm, kid: parsed.header.kid)
        var header = parsed.header.parameters
        change(&header, key.publicKey)
        return try key.issue(header: header, payload: parsed.unverifiedPayload)
    }

    /// Without its signature.
    func cut() throws -> String { token.split(separator: ".").prefix(2).joined(separator: ".") + "." }

    /// The same claims, with one changed, under the same signature.
    func changed(_ claim: String, to value: JSONValue) throws -> String {
        var parts = token.split(separator: ".").map(String.init)
        var claims = try JSONObject.parse(try Base64URL.decode(parts[1]))
        claims[claim] = value
        parts[1] = Base64URL.encode(claims.serialized())
        return parts.joined(separator: ".")
    }

    /// `alg` none, with and without what is left of the signature.
    func unsigned(_ name: String, keepingSignature: Bool = false) throws -> String {
        var parts = token.split(separator: ".").map(String.init)
        let header: JSONObject = ["alg": .string(name), "typ": "JWT"]
        parts[0] = Base64URL.encode(header.serialized())
        return "\(parts[0]).\(parts[1]).\(keepingSignature ? parts[2] : "")"
    }

    /// HS256 with the published key as the secret, which some libraries take for the real thing.
    func hmac(with publicKey: VerificationKey) throws -> String {
        let header: JSONObject = ["alg": "HS256", "typ": "JWT", "kid": .string(publicKey.kid ?? "")]
        let payload = token.split(separator: ".").map(String.init)[1]
        let input = "\(Base64URL.encode(header.serialized())).\(payload)"
        let mac = Digests.hmacSHA256(key: Array(publicKey.spkiPEM.utf8), message: Array(input.utf8))
        return "\(input).\(Base64URL.encode(mac))"
    }

    /// One bit of the signature flipped.
    func tampered() throws -> String {
        var parts = token.split(separator: ".").map(String.init)
        var signature = try Base64URL.decode(parts[2])
        signature[signature.count / 2] ^= 1
        parts[2] = Base64URL.encode(signature)
        return parts.joined(separator: ".")
    }
}
